namespace TrainingDoctor.Host.Processes;

/// <summary>The folder of one trial: what it was asked, what it wrote, and what it printed.</summary>
/// <param name="Name">The trial's name: <c>t00</c> for the training as it is, then <c>t01</c>, …</param>
/// <param name="Path">The folder.</param>
internal sealed record TrialFolder(string Name, string Path)
{
    /// <summary>Gets what the program printed.</summary>
    public string Output => System.IO.Path.Combine(Path, "stdout.log");

    /// <summary>Gets what the program printed to standard error.</summary>
    public string Error => System.IO.Path.Combine(Path, "stderr.log");

    /// <summary>Gets where monitors record.</summary>
    public string Recording => System.IO.Path.Combine(Path, "recording");

    /// <summary>Gets what monitors are asked to change.</summary>
    public string Plan => System.IO.Path.Combine(Path, "plan.json");

    /// <summary>Gets what monitors say that they changed.</summary>
    public string Answer => Plan + ".applied.json";

    /// <summary>Gets at which step monitors are to let the training stand still.</summary>
    public string Pace => Plan + ".pace";

    /// <summary>Gets the copy of the working folder.</summary>
    public string Copy => System.IO.Path.Combine(Path, "work");

    /// <summary>Makes the folder.</summary>
    /// <param name="all">The folder of all trials.</param>
    /// <param name="number">The trial's number.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static TrialFolder Create(string all, int number)
    {
        string name = FormattableString.Invariant($"t{number:00}");
        var folder = new TrialFolder(name, System.IO.Path.Combine(all, name));
        Directory.CreateDirectory(folder.Recording);
        return folder;
    }
}
