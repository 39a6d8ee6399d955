using System.Text;

namespace TrainingDoctor.Telemetry;

/// <summary>What stands before a number in a line of measurements: <c>["gradient_norm","fc1.weight",</c>.</summary>
/// <param name="spelling">How it is spelled, in ASCII.</param>
/// <param name="meaning">What it means; null where this program has no word for it.</param>
internal sealed class MeasurementHead(string spelling, MeasurementMeaning? meaning)
{
    private int? _scope;

    /// <summary>Gets the bytes themselves.</summary>
    public byte[] Spelling { get; } = Encoding.ASCII.GetBytes(spelling);

    /// <summary>Gets what it means; null where this program has no word for it.</summary>
    public MeasurementMeaning? Meaning => meaning;

    /// <summary>Gets or sets what came behind it last.</summary>
    public MeasurementHead? Next { get; set; }

    /// <summary>Finds the index of its scope.</summary>
    /// <param name="scopes">The scopes of the run.</param>
    /// <returns>Null where there is no room for a further one.</returns>
    public int? ScopeIn(ScopeTable scopes) => meaning is { } known ? _scope ??= TelemetryJson.Scope(scopes, known.Scope, known.Metric, TelemetryLimits.MostNames) : null;
}
