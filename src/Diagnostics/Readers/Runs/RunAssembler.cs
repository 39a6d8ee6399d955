using TrainingDoctor.Readers.Accounts;
using TrainingDoctor.Readers.Roles;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Runs;

/// <summary>
/// Turns the rows of a log into runs: holds the first rows back until it knows which column plays which role and in what order the rows stand, or all of them where only that tells, and has them placed.
/// </summary>
internal sealed class RunAssembler(LogFacts facts, LogReadOptions options, string path, string name, RunSinkFactory open)
{
    /// <summary>Rows that are held back to learn the columns' roles.</summary>
    private const int WindowRows = 2000;

    private const int WindowCells = 200_000;

    /// <summary>Numbers that are held where all rows have to be known before the first is placed: 64 MB of them.</summary>
    private const int MostCells = 4_000_000;

    private readonly RoleMapper _mapper = new(facts, options);
    private readonly HashSet<int> _windowFiles = [];
    private readonly RowBatch _gapless = new();
    private RowPlacer? _placer;
    private RowBatch _window = new();
    private RolePlan? _plan;
    private RowOrder? _order;
    private RowGaps? _gaps;
    private bool _hasColumnsOfRuns;

    private readonly ReadingAccount? _account = facts.Account ??= options.Account;

    private RowPlacer Placer => _placer ??= new RowPlacer(facts, new RunDescriber(facts, path, name), _mapper, open, path, options.MaximumRuns);

    public void Add(RowBatch batch)
    {
        batch.Damage.ForEach(Placer.Report);
        Placer.Report(batch.FurtherDamage);
        for (int row = 0; row < batch.RowCount; row++)
        {
            bool begins = row == 0 && batch.BeginsFile;
            var mark = batch.MarkAt(row);
            Account(batch, row);
            if (_plan is null || _order!.NeedsAll)
            {
                Hold(batch[row], mark, begins);
            }
            else
            {
                if (begins)
                {
                    Placer.BeginFile();
                }

                Place(batch[row], mark);
            }
        }
    }

    /// <summary>Ends the last run.</summary>
    /// <exception cref="LogFormatException">There was nothing to diagnose.</exception>
    public void Complete()
    {
        if (_plan is null)
        {
            _window = ColumnRuns.Find(facts.Columns)?.Arrange(_window) ?? _window;
            Decide();
        }

        if (_order!.NeedsAll)
        {
            _windowFiles.Clear();
            PlaceHeld(_order.Arrange(_window, _plan!));
        }

        Placer.Complete();
        CloseAccount();
        if (Placer.RunCount == 0)
        {
            throw new LogFormatException(path, facts.Columns.Count == 0
                ? "no number of a training was found; expected rows with a loss, an accuracy or another metric" + (facts.Unnamed is { } unnamed ? $"; {unnamed}" : string.Empty)
                : $"none of the columns has a known role ({Names(facts.Columns.Count, 12)}); name one with --map, e.g. --map loss=COLUMN");
        }

        var missing = options.Roles.Where(role => !Enumerable.Range(0, facts.Columns.Count).Any(id => facts.Columns[id].Name == role.Value)).ToList();
        if (missing.Count > 0)
        {
            throw new LogFormatException(path, $"there is no column '{missing[0].Value}' for the role '{missing[0].Key}'; the columns are {Names(facts.Columns.Count, 40)}");
        }
    }

    private void Account(RowBatch batch, int row)
    {
        if (_account is not null && !facts.AccountsForLines)
        {
            long line = batch.LineAt(row);
            foreach (var cell in batch[row])
            {
                if (!facts.Columns[cell.Column].HoldsWords || cell.Value >= 0)
                {
                    _account.Take(cell.Column, line);
                }
            }
        }
    }

    private void CloseAccount() => _account?.Close(column => facts.Columns[column].Name, column => PlannedUse.Of(facts.Columns[column], _plan![column]));

    private string Names(int count, int most) =>
        string.Join(", ", Enumerable.Range(0, Math.Min(count, most)).Select(id => facts.Columns[id].Name)) + (count > most ? ", …" : string.Empty);

    private void Hold(ReadOnlySpan<Cell> row, RowMark mark, bool beginsFile)
    {
        if (beginsFile)
        {
            _windowFiles.Add(_window.RowCount);
        }

        if (mark != RowMark.None)
        {
            _window.MarkNext(mark);
        }

        if (_plan is not null && _gaps is not null)
        {
            _gaps.Fill(row, _window);
        }
        else
        {
            _window.AddRow(row);
        }

        if (_plan is not null || facts.ListsSeriesApart || _hasColumnsOfRuns)
        {
            if (_window.CellCount > MostCells)
            {
                throw new LogFormatException(path, $"the rows of several runs or series stand by turns, in more than {MostCells:N0} numbers: too many to be put in order; expected one after the other, or a file for each");
            }
        }
        else if (!_hasColumnsOfRuns && (_window.RowCount >= WindowRows || _window.CellCount >= WindowCells))
        {
            _hasColumnsOfRuns = ColumnRuns.Find(facts.Columns) is not null;
            if (!_hasColumnsOfRuns)
            {
                Decide();
            }
        }
    }

    private void Decide()
    {
        _window = facts.ListsSeriesApart ? SeriesJoiner.Join(_window, facts.Columns) : _window;
        _gaps = RowGaps.Find(_window, facts.Columns);
        _window = _gaps?.Without(_window) ?? _window;
        _plan = _mapper.Map(_window);
        _order = RowOrder.Find(_window, _plan, facts.Columns, path);
        if (!_order.NeedsAll)
        {
            PlaceHeld(_window);
            if (_account is null)
            {
                RowAxisChoice.TellParsers(facts.Columns, _plan, _order);
            }
        }
    }

    private void PlaceHeld(RowBatch rows)
    {
        Placer.Begin(_plan!, rows, _order!);
        for (int row = 0; row < rows.RowCount; row++)
        {
            if (_windowFiles.Contains(row))
            {
                Placer.BeginFile();
            }

            Placer.Place(rows[row], rows.MarkAt(row));
        }

        _window.Clear();
    }

    private void Place(ReadOnlySpan<Cell> row, RowMark mark)
    {
        if (_gaps is null)
        {
            Placer.Place(row, mark);
            return;
        }

        _gapless.Clear();
        _gaps.Fill(row, _gapless);
        if (_gapless.RowCount > 0)
        {
            Placer.Place(_gapless[0], mark);
        }
    }
}
