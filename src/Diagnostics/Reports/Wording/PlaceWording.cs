namespace TrainingDoctor.Reports.Wording;

/// <summary>Says where in the source a finding belongs, and that the build can tell.</summary>
internal static class PlaceWording
{
    /// <summary>File and line.</summary>
    public static Text Of(LocationDocument place) => $"In the source: {place.ToString()}";

    /// <summary>That an analyzer reports such faults at build.</summary>
    public static Text AtBuild(string analyzer) => $"{analyzer} can be seen at build: add the package TrainingDoctor.Analyzers.";
}
