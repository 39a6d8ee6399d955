namespace TrainingDoctor;

/// <summary>One scope of a run.</summary>
/// <param name="Id">Its index in the table.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name; empty for the run itself.</param>
public sealed record Scope(int Id, ScopeKind Kind, string Name);

/// <summary>The scopes of one run, interned to small integers so that a measurement carries no string. Safe for concurrent use.</summary>
public sealed class ScopeTable
{
    /// <summary>The index of the scope that stands for the run as a whole.</summary>
    public const int Run = 0;

    private readonly Lock _lock = new();
    private readonly Dictionary<(ScopeKind Kind, string Name), int> _ids = [];
    private volatile Scope[] _scopes = new Scope[8];
    private volatile int _count;

    /// <summary>Creates a table that holds only the run itself.</summary>
    public ScopeTable() => Intern(ScopeKind.Run, string.Empty);

    /// <summary>Gets the number of scopes.</summary>
    public int Count => _count;

    /// <summary>Gets a scope by its index.</summary>
    /// <param name="id">An index that <see cref="Intern"/> returned.</param>
    public Scope this[int id] => id < _count ? _scopes[id] : throw new ArgumentOutOfRangeException(nameof(id));

    /// <summary>Returns the index of a scope, adding it when it is new.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="name">Its name.</param>
    public int Intern(ScopeKind kind, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (_lock)
        {
            if (!_ids.TryGetValue((kind, name), out int id))
            {
                id = _count;
                _ids.Add((kind, name), id);
                var scopes = _scopes;
                if (id == scopes.Length)
                {
                    Array.Resize(ref scopes, 2 * id);
                }

                // Readers take no lock: the count goes last, when everything below it can be seen.
                scopes[id] = new Scope(id, kind, name);
                _scopes = scopes;
                _count = id + 1;
            }

            return id;
        }
    }

    /// <summary>Looks a scope up without adding it.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="name">Its name.</param>
    /// <returns>Its index, or null.</returns>
    public int? Find(ScopeKind kind, string name)
    {
        lock (_lock)
        {
            return _ids.TryGetValue((kind, name), out int id) ? id : null;
        }
    }
}
