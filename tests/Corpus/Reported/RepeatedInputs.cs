namespace TrainingDoctor.Corpus.Reported;

/// <summary>Inputs that come again and again: the same samples, or the same row of a table.</summary>
public static class RepeatedInputs
{
    private const int Users = 180;

    /// <summary>A sampler was given one weight per class and draws the first five samples for ever.</summary>
    public static TwinPrograms FewSamples => TwinPrograms.Reported("sampler-draws-five", Bases.Tumours, GroundTruth.Ill([Cause.DataOrder, Cause.CorruptData], "repeated-samples") with { Acceptable = ["overfitting", "overtraining", "mismatched-validation-data", "validation-at-chance", "class-imbalance"] }, p => p with
    {
        Data = seed => p.Data(seed) is var data ? data with { Training = FirstOf(data.Training, 5) } : null!,
    });

    /// <summary>Numbers of users are clamped to a table that is too small, so that two thirds of them share its last row.</summary>
    public static TwinPrograms ClampedUsers => TwinPrograms.Reported("users-clamped", Tastes(Users), GroundTruth.Ill([Cause.CorruptData, Cause.UnderCapacity], "dominant-lookup") with { Acceptable = [.. Symptoms.NoProgress] }, _ => Tastes(60));

    private static TrainingBatch FirstOf(TrainingBatch batch, int count)
    {
        using var rows = tensor(Enumerable.Range(0, (int)batch.Input.shape[0]).Select(row => (long)(row % count)).ToArray());
        return batch with { Input = batch.Input.index_select(0, rows), Target = batch.Target.index_select(0, rows) };
    }

    /// <summary>What each user likes of three things, from a table of users.</summary>
    private static CorpusProgram Tastes(int rows) => Bases.Digits with
    {
        Data = seed =>
        {
            var random = new Random(seed);
            return Tokens.Split([.. Enumerable.Range(0, 1500).Select(_ => random.Next(Users) is var user ? (new[] { (long)user }, new[] { (long)(user * 7 % 3) }) : default)]).Flattened();
        },
        Model = () => Net.Chain(new Function("clamp", x => x.clamp(max: rows - 1)), Embedding(rows, 16), Flatten(), Linear(16, 3)),
        Optimizer = model => optim.Adam(model.parameters(), 0.03),
        Epochs = 12,
    };

    private static TrainingData Flattened(this TrainingData data) => new(data.Training with { Target = data.Training.Target.flatten() }, data.Validation! with { Target = data.Validation!.Target.flatten() });
}
