using System.Collections;

namespace TrainingDoctor.Reports.Json;

/// <summary>The documents of many reports, each made when it is looked at and kept by nobody: a document is several times as large as its report.</summary>
internal sealed class DocumentsOnDemand(IReadOnlyList<DiagnosisReport> reports) : IReadOnlyList<ReportDocument>
{
    public int Count => reports.Count;

    public ReportDocument this[int index] => reports[index].ToDocument();

    public IEnumerator<ReportDocument> GetEnumerator() => reports.Select(report => report.ToDocument()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
