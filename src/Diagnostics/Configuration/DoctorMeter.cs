namespace TrainingDoctor.Configuration;

/// <summary>The name under which all figures of the doctor are published through <c>System.Diagnostics.Metrics</c>.</summary>
internal static class DoctorMeter
{
    /// <summary>The name of the meter.</summary>
    public const string Name = "TrainingDoctor";
}
