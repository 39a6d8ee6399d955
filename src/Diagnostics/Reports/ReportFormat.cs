namespace TrainingDoctor.Reports;

/// <summary>The formats that a report can be written in.</summary>
public enum ReportFormat
{
    /// <summary>The report itself; every other format shows a part of it.</summary>
    Json,

    /// <summary>One self-contained page for people.</summary>
    Html,

    /// <summary>Text for job summaries and pull requests.</summary>
    Markdown,

    /// <summary>SARIF 2.1.0, for code scanning.</summary>
    Sarif,

    /// <summary>JUnit XML, for test result tabs.</summary>
    Junit,

    /// <summary>Code Quality JSON, for GitLab's merge requests.</summary>
    CodeQuality,

    /// <summary>Workflow commands that GitHub shows as annotations.</summary>
    Annotations,

    /// <summary>Text for a terminal.</summary>
    Console,

    /// <summary>A table of the curves, for spreadsheets and plots.</summary>
    Csv,
}
