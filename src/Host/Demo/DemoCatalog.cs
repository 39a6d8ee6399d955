using TrainingDoctor.Host.Commands;

namespace TrainingDoctor.Host.Demo;

/// <summary>The demos, by name.</summary>
internal static class DemoCatalog
{
    /// <summary>The demo that runs when none is named.</summary>
    public const string Default = "dead-relu";

    /// <summary>Gets all demos.</summary>
    public static IReadOnlyList<DigitsProgram> All { get; } =
        [new DeadRelu(), new VanishingSigmoid(), new NanLearningRate(), new Overfit(), new DoubleSoftmax(), new Healthy()];

    /// <summary>Finds a demo.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="UsageException">There is none of that name.</exception>
    public static DigitsProgram Find(string name) => All.FirstOrDefault(demo => demo.Name == name) ?? throw new UsageException(
        $"unknown demo '{name}'; expected one of {string.Join(", ", All.Select(demo => demo.Name))}.");
}
