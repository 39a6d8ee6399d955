using TorchSharp.Modules;

namespace TrainingDoctor.Corpus.Healthy;

/// <summary>Normalisation and dropout where they belong.</summary>
public static class Normalizations
{
    public static CorpusProgram Batch => Convolutions("healthy-batch-norm", channels => BatchNorm2d(channels));

    public static CorpusProgram Instance => Convolutions("healthy-instance-norm", channels => InstanceNorm2d(channels, affine: true));

    /// <summary>The library leaves the parameters of GroupNorm unset (0.107.0); this program sets them.</summary>
    public static CorpusProgram Group => Convolutions("healthy-group-norm", channels =>
    {
        var layer = GroupNorm(4, channels);
        init.ones_(layer.weight!);
        init.zeros_(layer.bias!);
        return layer;
    });

    public static CorpusProgram Layer => Activations.Rectified with
    {
        Name = "healthy-layer-norm",
        Model = () => Net.Chain(Linear(64, 64), LayerNorm(64), ReLU(), Linear(64, 32), LayerNorm(32), ReLU(), Linear(32, 10)),
    };

    public static CorpusProgram Dropped => Activations.Rectified with
    {
        Name = "healthy-dropout",
        Model = () => Net.Chain(Linear(64, 128), ReLU(), Dropout(0.5), Linear(128, 64), ReLU(), Dropout(0.3), Linear(64, 10)),
        Epochs = 14,
    };

    /// <summary>Ten layers deep, kept alive by normalisation and skips.</summary>
    public static CorpusProgram DeepResidual => Activations.Rectified with
    {
        Name = "healthy-residual",
        Model = () => Net.Chain(
            [Linear(64, 48), .. Net.Repeat(5, _ => [new Residual(Net.Chain(LayerNorm(48), Linear(48, 48), ReLU(), Linear(48, 48)))]), LayerNorm(48), Linear(48, 10)]),
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
        Epochs = 8,
    };

    private static CorpusProgram Convolutions(string name, Func<long, Module<Tensor, Tensor>> normalization) => Activations.Rectified with
    {
        Name = name,
        Data = seed => Samples.DigitImages(seed),
        Model = () => Net.Chain(
            Conv2d(1, 8, 3, padding: 1), normalization(8), ReLU(), MaxPool2d(2), Conv2d(8, 16, 3, padding: 1), normalization(16), ReLU(), MaxPool2d(2), Flatten(), Linear(64, 10)),
        Epochs = 8,
    };
}
