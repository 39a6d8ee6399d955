using TrainingDoctor.Parsing;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Formats;

/// <summary>The <c>results.txt</c> of early YOLOv3 and YOLOv5, whose header was printed on the console alone: <c>epoch/last memory box objectness classes total targets size P R mAP50 mAP box objectness classes</c>.</summary>
internal sealed class ResultsLineParser(LogFacts facts) : ILineParser
{
    private const int Cells = 15;

    private static readonly string[] Names =
    [
        "epoch", string.Empty, "train/box_loss", "train/obj_loss", "train/cls_loss", "train/loss", string.Empty, string.Empty, "metrics/precision", "metrics/recall", "metrics/mAP50", "metrics/mAP50-95",
        "val/box_loss", "val/obj_loss", "val/cls_loss",
    ];

    private readonly int[] _columns = [.. Names.Select(name => name.Length == 0 ? -1 : facts.Columns.Intern(name))];
    private readonly int _validation = facts.Columns.Intern("val/loss");

    /// <summary>Tells whether a line is one of such a table.</summary>
    public static bool Fits(ReadOnlySpan<byte> line)
    {
        Span<Range> cells = stackalloc Range[Cells + 1];
        return Words.Split(line, cells) == Cells && line[cells[0]].Contains((byte)'/') && line[cells[1]] is [.., (byte)'G'] && Number.TryParse(line[cells[1]][..^1], out _) && Number.TryParse(line[cells[2]], out _)
            && Number.TryParse(line[cells[Cells - 1]], out _);
    }

    public void Parse(ReadOnlySpan<byte> line, in LinePlace place, RowBatch rows)
    {
        Span<Range> cells = stackalloc Range[Cells + 1];
        int count = Words.Split(line, cells);
        if (count == 0)
        {
            return;
        }

        if (!Fits(line))
        {
            rows.Report(new LogDamage(place.ToString(), ConflictMarkers.Describe(line) ?? $"expected {Cells} cells beginning with epoch/last and the memory in G"));
            return;
        }

        double validation = 0;
        for (int i = 0; i < Cells; i++)
        {
            var cell = line[cells[i]];
            if (_columns[i] >= 0 && Number.TryParse(i == 0 ? cell[..cell.IndexOf((byte)'/')] : cell, out double value))
            {
                rows.Add(_columns[i], value);
                validation += i >= Cells - 3 ? value : 0;
            }
        }

        rows.Add(_validation, validation);
        rows.EndRow();
    }
}
