namespace TrainingDoctor.Tests;

/// <summary>Measurements of one metric and scope, written as a list of values.</summary>
internal sealed class Trace
{
    private readonly List<(long Step, Metric Metric, ScopeKind Kind, string Scope, double Value)> _rows = [];

    /// <summary>Gets the rows, by step.</summary>
    public IEnumerable<(long Step, Metric Metric, ScopeKind Kind, string Scope, double Value)> Rows => _rows.OrderBy(row => row.Step);

    /// <summary>One value per step, from step 0, for the run as a whole.</summary>
    public static Trace Of(Metric metric, params IEnumerable<double> values) => Of(metric, string.Empty, values);

    /// <summary>One value per step, from step 0, for a layer, parameter or data set.</summary>
    public static Trace Of(Metric metric, string scope, params IEnumerable<double> values)
    {
        var trace = new Trace();
        var kind = scope.Length == 0 ? ScopeKind.Run : MetricCatalog.Describe(metric).Scope is var usual && usual == ScopeKind.Run ? ScopeKind.Dataset : usual;
        trace._rows.AddRange(values.Select((value, step) => ((long)step, metric, kind, scope, value)));
        return trace;
    }

    /// <summary>Adds another trace's measurements.</summary>
    public Trace And(Trace other)
    {
        var both = new Trace();
        both._rows.AddRange(_rows);
        both._rows.AddRange(other._rows);
        return both;
    }

    /// <summary>Lets the first value come at a later step.</summary>
    public Trace From(long step)
    {
        var later = new Trace();
        later._rows.AddRange(_rows.Select(row => row with { Step = row.Step + step }));
        return later;
    }

    /// <summary>Multiplies the distance between steps, as a longer logging interval does.</summary>
    public Trace Every(long interval)
    {
        var sparse = new Trace();
        sparse._rows.AddRange(_rows.Select(row => row with { Step = row.Step * interval }));
        return sparse;
    }
}
