namespace TrainingDoctor.Rules.Statistics;

/// <summary>One value for each scope of a run, in an array that grows with the number of scopes and never with the number of steps.</summary>
/// <typeparam name="T">The value.</typeparam>
internal sealed class PerScope<T>
    where T : struct
{
    private T[] _items = [];

    /// <summary>Gets the number of scopes that there is room for.</summary>
    public int Length => _items.Length;

    /// <summary>Gets the value of a scope, which begins as the default.</summary>
    /// <param name="scope">The scope's index.</param>
    public ref T this[int scope]
    {
        get
        {
            if (scope >= _items.Length)
            {
                Array.Resize(ref _items, Math.Max(scope + 1, 2 * _items.Length));
            }

            return ref _items[scope];
        }
    }
}
