using System.Collections;

namespace TrainingDoctor.Reports.Json;

/// <summary>The documents of many reports, each made when it is looked at and kept by nobody: a document is several times as large as its report. While one is written, others make the next ones.</summary>
internal sealed class DocumentsOnDemand(IReadOnlyList<DiagnosisReport> reports) : IReadOnlyList<ReportDocument>
{
    private const int MostAhead = 16;

    public int Count => reports.Count;

    public ReportDocument this[int index] => reports[index].ToDocument();

    public IEnumerator<ReportDocument> GetEnumerator()
    {
        var ahead = new Queue<Task<ReportDocument>>();
        foreach (var report in reports)
        {
            ahead.Enqueue(Task.Run(() => report.ToDocument()));
            if (ahead.Count > MostAhead)
            {
                yield return ahead.Dequeue().GetAwaiter().GetResult();
            }
        }

        while (ahead.TryDequeue(out var last))
        {
            yield return last.GetAwaiter().GetResult();
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
