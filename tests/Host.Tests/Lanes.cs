// Torch has one generator of random numbers per process, so that tests that seed it must not run side by side: whatever names no lane runs in one.
// Tests that mostly wait for other processes have lanes beside it.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly, MaxParallelThreads = 4)]

namespace TrainingDoctor.Tests;

/// <summary>Names of the collections of tests that run side by side, each one after another in itself.</summary>
internal static class Lanes
{
    /// <summary>Trains in other processes: cures of commands.</summary>
    public const string Commands = "commands";

    /// <summary>Trains in Python.</summary>
    public const string Python = "python";

    /// <summary>
    /// Changes what the whole process sees, such as its folder or its environment, or trains at length in this process: runs when nothing else does.
    /// TorchSharp (0.107) frees the scalar of an operation as soon as nothing managed refers to it, which may be before the native call has read it when another
    /// thread makes the collector run just then; the operation then fails with "Expected false to be true", or takes another number.
    /// </summary>
    public const string Alone = "alone";
}

/// <summary>The tests that run when no other does.</summary>
[CollectionDefinition(Lanes.Alone, DisableParallelization = true)]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1711", Justification = "What xunit calls it.")]
public sealed class AloneCollection;
