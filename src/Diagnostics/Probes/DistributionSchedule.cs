namespace TrainingDoctor.Probes;

/// <summary>
/// Decides when and of what distributions are taken: often at first, and ever more rarely, so that a run of a million steps has some two hundred; of all parameters and layers, or of an even choice
/// of them where there are very many, and of those that a finding has named.
/// </summary>
/// <param name="parameters">The parameters.</param>
/// <param name="layers">The layers.</param>
internal sealed class DistributionSchedule(IEnumerable<string> parameters, IEnumerable<string> layers)
{
    private const int Most = 64;
    private const long Shortest = 5;

    /// <summary>The pause grows with the run: a sixteenth of it.</summary>
    private const long Share = 16;

    private readonly HashSet<string> _chosen = [.. Evenly(parameters), .. Evenly(layers)];
    private long _next;

    /// <summary>Decides on a step.</summary>
    /// <param name="step">The step.</param>
    public bool Wants(long step) => step >= _next;

    /// <summary>Decides on a parameter or layer.</summary>
    /// <param name="name">Its name.</param>
    public bool Wants(string name) => _chosen.Contains(name);

    /// <summary>Notes that distributions were taken.</summary>
    /// <param name="step">The step.</param>
    public void Took(long step) => _next = step + Math.Max(Shortest, step / Share);

    /// <summary>Chooses what a finding names, and the parameters of such layers.</summary>
    /// <param name="names">The names.</param>
    public void Choose(IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            _chosen.Add(name);
            _chosen.UnionWith(parameters.Where(parameter => parameter.StartsWith(name, StringComparison.Ordinal) && parameter.Length > name.Length && parameter[name.Length] == '.'));
        }
    }

    private static IEnumerable<string> Evenly(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length <= Most ? all : Enumerable.Range(0, Most).Select(index => all[(long)index * all.Length / Most]);
    }
}
