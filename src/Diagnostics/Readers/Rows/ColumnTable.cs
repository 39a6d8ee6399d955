using System.Text;
using TrainingDoctor.Names;

namespace TrainingDoctor.Readers.Rows;

/// <summary>A column of a log.</summary>
/// <param name="Id">Its index.</param>
/// <param name="Name">Its name as the log writes it.</param>
internal sealed record Column(int Id, string Name)
{
    private readonly RoleKind _kind = ColumnClassifier.Classify(Name).Kind;

    /// <summary>Gets the name in UTF-8, to compare without decoding.</summary>
    public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(Name);

    /// <summary>Gets the role that the reader itself gives it, as for the parts of a histogram.</summary>
    public ColumnRole? Given { get; init; }

    /// <summary>Gets a value indicating whether its name is of what counts steps or epochs.</summary>
    public bool IsCounter => _kind is RoleKind.Step or RoleKind.Epoch;

    /// <summary>Gets a value indicating whether its name is of no number that a training measures, so that words in it may tell runs apart.</summary>
    public bool MayHoldWords => _kind == RoleKind.None;

    /// <summary>Gets or sets a value indicating whether words were found in it: its numbers stand for them.</summary>
    public bool HoldsWords { get; set; }
}

/// <summary>The columns of one log. Safe for concurrent use.</summary>
internal sealed class ColumnTable
{
    /// <summary>More columns than any training writes; beyond it the names are data.</summary>
    public const int Maximum = 20_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private volatile Column[] _columns = new Column[16];
    private volatile int _count;
    private volatile bool[] _ignored = [];
    private volatile int[] _twins = [];

    public int Count => _count;

    /// <summary>Gets a value indicating whether names were left out because there were too many.</summary>
    public bool Overflowed { get; private set; }

    public Column this[int id] => _columns[id];

    /// <summary>Returns the index of a column, adding it when it is new; -1 when there are too many.</summary>
    public int Intern(string name, ColumnRole? given = null)
    {
        lock (_lock)
        {
            if (_ids.TryGetValue(name, out int id))
            {
                return id;
            }

            if (_count >= Maximum)
            {
                Overflowed = true;
                return -1;
            }

            id = _count;
            var columns = _columns;
            if (id == columns.Length)
            {
                Array.Resize(ref columns, 2 * id);
            }

            columns[id] = new Column(id, name) { Given = given };
            _columns = columns;
            _ids.Add(name, id);
            _count = id + 1;
            return id;
        }
    }

    /// <summary>Returns the column that stands for one in rows of an evaluation.</summary>
    public int ValidationTwin(int id)
    {
        var twins = _twins;
        if (id < twins.Length && twins[id] > 0)
        {
            return twins[id] - 1;
        }

        int twin = Intern("val/" + _columns[id].Name);
        twin = twin < 0 ? id : twin;
        lock (_lock)
        {
            twins = _twins;
            if (id >= twins.Length)
            {
                Array.Resize(ref twins, Math.Max(Math.Max(id + 1, _count), 2 * twins.Length));
            }

            twins[id] = twin + 1;
            _twins = twins;
        }

        return twin;
    }

    /// <summary>Returns the index of a column with a word in it; -1 where words are no more than gaps.</summary>
    public int InternWords(string name)
    {
        int id = Intern(name);
        if (id < 0 || !_columns[id].MayHoldWords)
        {
            return -1;
        }

        _columns[id].HoldsWords = true;
        return id;
    }

    public int Intern(ReadOnlySpan<byte> name) => Intern(Encoding.UTF8.GetString(name));

    /// <summary>Tells the parsers which columns nobody will use, so that they need not be parsed.</summary>
    public void Ignore(bool[] ignored) => _ignored = ignored;

    public bool IsIgnored(int id)
    {
        var ignored = _ignored;
        return id < ignored.Length && ignored[id];
    }
}
