namespace TrainingDoctor.Rules.Descriptions;

/// <summary>The places of a list's items by their names, made when the first is asked for: models have thousands of parameters, and rules ask for each of them. Safe for concurrent use.</summary>
/// <remarks>It is no part of what a description says: any two are equal, so that descriptions that hold them compare by their contents alone.</remarks>
/// <typeparam name="T">The items.</typeparam>
/// <param name="nameOf">Gets the name of an item.</param>
internal sealed class NameIndex<T>(Func<T, string> nameOf) : IEquatable<NameIndex<T>>
    where T : class
{
    private volatile Places? _places;

    /// <summary>Finds the first item of a name; null when there is none.</summary>
    public T? Find(IReadOnlyList<T> items, string name) => IndexOf(items, name) is >= 0 and var index ? items[index] : null;

    /// <summary>Finds the place of the first item of a name; -1 when there is none.</summary>
    public int IndexOf(IReadOnlyList<T> items, string name)
    {
        // A copy of a description may hold another list, and lists may grow.
        if (_places is not { } places || !ReferenceEquals(places.Items, items) || places.Count != items.Count)
        {
            var byName = new Dictionary<string, int>(items.Count, StringComparer.Ordinal);
            for (int index = 0; index < items.Count; index++)
            {
                byName.TryAdd(nameOf(items[index]), index);
            }

            _places = places = new Places(items, items.Count, byName);
        }

        return places.ByName.GetValueOrDefault(name, -1);
    }

    /// <inheritdoc/>
    public bool Equals(NameIndex<T>? other) => other is not null;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is NameIndex<T>;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;

    private sealed record Places(IReadOnlyList<T> Items, int Count, Dictionary<string, int> ByName);
}
