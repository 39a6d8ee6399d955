using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Readers.Printed;

/// <summary>A table whose columns are phases and whose rows are metrics: <c>loss | 0.41 | 0.52</c> below <c>Training | Validation</c>, as AllenNLP prints it, or <c>loss:  0.41  0.52</c> below <c>train  val</c>.</summary>
internal sealed class PhaseGrid
{
    private readonly List<string> _phases = [];
    private readonly List<TextCell> _cells = [];
    private bool _isBarred;

    /// <summary>Takes a line of phases that bars or wide gaps divide.</summary>
    public void ReadHeading(string line)
    {
        bool isBarred = line.AsSpan().ContainsAny(TextCells.BarMarks);
        TextCells.Split(line, isWide: true, _cells);
        var phases = _cells.ConvertAll(cell => ColumnName.Words(cell.Text) is [.., var last] && RoleLexicon.PhaseOf(last) != ColumnPhase.Unknown ? last : string.Empty);
        if (!isBarred && (phases.Count < 2 || phases.Contains(string.Empty)))
        {
            // Other lines without bars may stand between the heading and its rows.
            return;
        }

        _phases.Clear();
        _phases.AddRange(phases.FindAll(phase => phase.Length > 0));
        _isBarred = isBarred;
        if (_phases.Count < 2)
        {
            _phases.Clear();
        }
    }

    /// <summary>Reads a row: the name of a metric, and a number for each phase.</summary>
    /// <param name="line">The line, without what its logger put before it.</param>
    /// <param name="numbers">Takes the numbers, named after the phases above them.</param>
    /// <returns>Whether the line is a row.</returns>
    public bool Read(string line, List<LabelledNumber> numbers)
    {
        if (_phases.Count == 0 || line.AsSpan().ContainsAny(TextCells.BarMarks) != _isBarred)
        {
            return false;
        }

        TextCells.Split(line, isWide: false, _cells);
        if (_cells.Count != _phases.Count + 1 || _cells[0].Text is not [var first, ..] || !char.IsLetter(first))
        {
            return false;
        }

        for (int i = 0; i < _phases.Count; i++)
        {
            var cell = _cells[i + 1];
            if (TextCells.TryCount(cell.Text, out double value, out _))
            {
                numbers.Add(new LabelledNumber($"{_phases[i]} {_cells[0].Text.TrimEnd(':')}", value, 0, true, ColumnPhase.Unknown) { Start = cell.Start, End = cell.End });
            }
            else if (!TextCells.IsAbsent(cell.Text))
            {
                numbers.Clear();
                return false;
            }
        }

        return true;
    }
}
