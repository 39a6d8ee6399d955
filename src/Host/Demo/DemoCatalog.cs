using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Demo;

/// <summary>The demos, by name.</summary>
internal static class DemoCatalog
{
    /// <summary>The demo that runs when none is named.</summary>
    public const string Default = "dead-relu";

    /// <summary>Gets the names of all demos. Names alone, so that a command line that trains nothing loads nothing of torch.</summary>
    public static IReadOnlyList<string> Names { get; } = [Default, "vanishing-sigmoid", "nan-learning-rate", "overfit", "double-softmax", "healthy"];

    /// <summary>Finds a demo.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="UsageException">There is none of that name.</exception>
    public static DigitsProgram Find(string name) => name switch
    {
        Default => new DeadRelu(),
        "vanishing-sigmoid" => new VanishingSigmoid(),
        "nan-learning-rate" => new NanLearningRate(),
        "overfit" => new Overfit(),
        "double-softmax" => new DoubleSoftmax(),
        "healthy" => new Healthy(),
        _ => throw Unknown(name),
    };

    /// <summary>Makes sure that there is a demo, without loading anything of torch.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="UsageException">There is none of that name.</exception>
    public static void Check(string name)
    {
        if (!Names.Contains(name))
        {
            throw Unknown(name);
        }
    }

    private static UsageException Unknown(string name) => new($"unknown demo '{name}'; expected one of {string.Join(", ", Names)}.");
}
