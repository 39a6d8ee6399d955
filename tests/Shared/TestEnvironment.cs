namespace TrainingDoctor.Tests;

/// <summary>What the environment asks of the tests, by variables that begin with <c>TRAINDOCTOR_</c>, or with <c>TRAINING_DOCTOR_</c>, their former names.</summary>
internal static class TestEnvironment
{
    /// <summary>Gets a value indicating whether generated documents are written anew.</summary>
    public static bool UpdatesDocs => Read("UPDATE_DOCS") == "1";

    /// <summary>Reads a variable.</summary>
    /// <param name="name">What stands behind the prefix.</param>
    /// <returns>Null where it is not set, or empty.</returns>
    public static string? Read(string name) =>
        Environment.GetEnvironmentVariable($"TRAINDOCTOR_{name}") is { Length: > 0 } value ? value
        : Environment.GetEnvironmentVariable($"TRAINING_DOCTOR_{name}") is { Length: > 0 } former ? former
        : null;
}
