namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>Draws every knob by chance (Bergstra and Bengio 2012).</summary>
internal sealed class RandomSearch : ISearch
{
    public string Name => "random search";

    public KnobSetting Propose(IReadOnlyList<(KnobSetting Setting, double Score)> tried, Random random) => Draw(random);

    /// <summary>Draws a setting.</summary>
    /// <param name="random">Chance.</param>
    public static KnobSetting Draw(Random random) => new([.. SearchSpace.Knobs.Select(knob => knob.IsNumber
        ? Math.Log(knob.Low) + (random.NextDouble() * Math.Log(knob.High / knob.Low))
        : random.Next(knob.Choices.Count))]);
}
