namespace TrainingDoctor.Corpus.Reported;

/// <summary>Representations that carry nothing: latents that collapse, embeddings that coincide, heads that nobody trains.</summary>
public static class Representations
{
    /// <summary>The divergence outweighs the reconstruction: the latent says nothing of the sample.</summary>
    public static TwinPrograms Posterior => Twin("posterior-collapse", Autoencoder(0.02), Collapse(), _ => Autoencoder(30));

    /// <summary>The reconstruction is a mean over pixels, the divergence a sum: the same, by units.</summary>
    public static TwinPrograms PosteriorByMean => Twin("posterior-collapse-by-mean", Autoencoder(0.02), Collapse(), p => p with
    {
        ComputeLoss = (o, t) => Variational.Loss(o, t, 64) / 64,
    });

    /// <summary>The negatives are the positives, by a slip of an index: the loss is the margin, whatever the embedding.</summary>
    public static TwinPrograms SameNegatives => Twin("triplets-without-negatives", Triplets(true), Coinciding(), _ => Triplets(false));

    /// <summary>Two views are drawn together and nothing holds them apart.</summary>
    public static TwinPrograms NothingApart => Twin("siamese-without-negatives", Pairs(true), Coinciding(), _ => Pairs(false));

    /// <summary>The loss of the second head was computed and never added.</summary>
    public static TwinPrograms ForgottenHead => Twin("forgotten-head", Heads(true), GroundTruth.Ill([Cause.DetachedGraph, Cause.WrongLoss, Cause.FrozenParameters], "missing-gradient"), _ => Heads(false));

    /// <summary>A reconstruction with a penalty on small codes, as a sound autoencoder may have.</summary>
    public static CorpusProgram PlainAutoencoder => Healthy.Architectures.Autoencoder with { Name = "reported-sound-autoencoder", Data = seed => Samples.DigitRows(seed, 500).ToReconstruction(), Epochs = 15 };

    private static CorpusProgram Autoencoder(double weight) => new("base-variational", TrainingTask.Reconstruction)
    {
        Truth = GroundTruth.Healthy(null),
        Data = seed => Samples.DigitRows(seed, 500).ToReconstruction(),
        Model = () => new Variational(),
        ComputeLoss = (o, t) => Variational.Loss(o, t, weight),
        Optimizer = m => optim.Adam(m.parameters(), 0.004),
        Skill = _ => null,
        Epochs = 15,
    };

    private static CorpusProgram Triplets(bool drawsOthers) => new("base-triplets", TrainingTask.Regression)
    {
        Truth = GroundTruth.Healthy(null),
        TellsTask = false,
        Data = seed => Draw(seed, drawsOthers),
        Model = () => new TripletEncoder(),
        ComputeLoss = (o, _) => ((o[.., 0] - o[.., 1]).square().sum(1) - (o[.., 0] - o[.., 2]).square().sum(1) + 1).relu().mean(),
        Optimizer = m => optim.Adam(m.parameters(), 0.003),
        Skill = _ => null,
        Score = (_, _) => null,
        Epochs = 10,
    };

    private static CorpusProgram Pairs(bool heldApart) => Triplets(true) with
    {
        ComputeLoss = (o, _) => (o[.., 0] - o[.., 1]).square().sum(1).mean() + (heldApart ? (1 - ((o[.., 0] - o[.., 2]).square().sum(1) + 1e-4).sqrt()).relu().square().mean() * 4 : 0),
    };

    private static TrainingData Draw(int seed, bool drawsOthers)
    {
        var digits = Samples.Digits(seed, 400);
        return new TrainingData(Of(digits.Training, new Random(seed)), Of(digits.Validation!, new Random(seed + 1)));

        TrainingBatch Of(TrainingBatch batch, Random random)
        {
            long[] labels = [.. batch.Target.data<long>()];
            int[][] rows = [.. Enumerable.Range(0, 10).Select(label => Enumerable.Range(0, labels.Length).Where(row => labels[row] == label).ToArray())];
            long[] same = [.. labels.Select(label => Pick(label))];
            long[] other = drawsOthers ? [.. labels.Select(label => Pick((label + 1 + random.Next(9)) % 10))] : same;
            return new TrainingBatch(stack([batch.Input, batch.Input.index_select(0, tensor(same)), batch.Input.index_select(0, tensor(other))], 1), batch.Target);

            long Pick(long label) => rows[label][random.Next(rows[label].Length)];
        }
    }

    private static CorpusProgram Heads(bool addsBoth) => Bases.DigitsByFunction with
    {
        Model = () => new TwoHeads(),
        ComputeLoss = (o, t) => functional.cross_entropy(o[.., ..10], t) + (addsBoth ? functional.binary_cross_entropy_with_logits(o[.., 10], (t % 2).to_type(ScalarType.Float32)) : 0 * o.sum().detach()),
        Skill = _ => null,
        Truth = GroundTruth.Healthy(null),
        Score = (_, _) => null,
    };

    private static GroundTruth Collapse() => GroundTruth.Ill([Cause.ExcessiveRegularization], "posterior-collapse", "collapsed-activation", "dominant-regularization") with { Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers] };

    private static GroundTruth Coinciding() => GroundTruth.Ill([Cause.WrongLoss, Cause.LabelError, Cause.CorruptData], "collapsed-embedding", "collapsed-activation", "stalled-loss", "missing-gradient", "unchanged-weights") with { Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers] };

    private static TwinPrograms Twin(string name, CorpusProgram sound, GroundTruth truth, Func<CorpusProgram, CorpusProgram> fault) => TwinPrograms.Reported(name, sound, truth, fault);
}
