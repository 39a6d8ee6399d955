namespace TrainingDoctor.Corpus;

/// <summary>Losses that programs write out by hand.</summary>
internal static class Losses
{
    /// <summary>Keras' categorical cross entropy: rows are divided by their sum, so that independent sigmoids may stand at the output.</summary>
    public static Tensor RenormalizedCrossEntropy(Tensor output, Tensor target) =>
        functional.nll_loss((output / output.sum(1, keepdim: true)).clamp(1e-7, 1 - 1e-7).log(), target);
}
