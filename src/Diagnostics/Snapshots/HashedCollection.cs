using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace TrainingDoctor.Snapshots;

/// <summary>
/// A collection that places its items by hash codes, which differ from process to process. It is written as its items, and filled again when all of them exist, in the order in which it gives them.
/// </summary>
internal abstract class HashedCollection
{
    private static readonly ConcurrentDictionary<Type, HashedCollection?> Known = new();

    /// <summary>Gets the types of what makes an item: the key and the value, or the item alone.</summary>
    public abstract IReadOnlyList<Type> Parts { get; }

    /// <summary>Returns what handles collections of a type; null when it is no such collection.</summary>
    /// <param name="type">The type.</param>
    public static HashedCollection? Of(Type type) => type.IsGenericType ? Known.GetOrAdd(type, static type =>
    {
        var definition = type.GetGenericTypeDefinition();
        var handler = definition == typeof(Dictionary<,>) ? typeof(OfDictionary<,>) : definition == typeof(HashSet<>) ? typeof(OfSet<>) : definition == typeof(ConcurrentDictionary<,>) ? typeof(OfConcurrent<,>) : null;
        return handler is null ? null : (HashedCollection)Activator.CreateInstance(handler.MakeGenericType(type.GenericTypeArguments))!;
    }) : null;

    /// <summary>Returns the comparer of a collection.</summary>
    /// <param name="collection">The collection.</param>
    public abstract object ComparerOf(object collection);

    /// <summary>
    /// Tells whether items were removed whose places the next items will take: the order of such a collection depends on its past, which its items do not tell.
    /// </summary>
    /// <param name="collection">The collection.</param>
    public abstract bool HasGaps(object collection);

    /// <summary>Returns the items, each as its parts one after the other, in the order of the collection.</summary>
    /// <param name="collection">The collection.</param>
    public abstract List<object?> ItemsOf(object collection);

    /// <summary>Makes an empty collection.</summary>
    /// <param name="comparer">Its comparer, which need not work yet.</param>
    public abstract object Create(object comparer);

    /// <summary>Fills a collection.</summary>
    /// <param name="collection">The collection, empty.</param>
    /// <param name="items">What <see cref="ItemsOf"/> gave.</param>
    public abstract void Fill(object collection, IReadOnlyList<object?> items);

    private sealed class OfDictionary<TKey, TValue> : HashedCollection
        where TKey : notnull
    {
        public override IReadOnlyList<Type> Parts { get; } = [typeof(TKey), typeof(TValue)];

        public override object ComparerOf(object collection) => ((Dictionary<TKey, TValue>)collection).Comparer;

        public override bool HasGaps(object collection) => FreeCount((Dictionary<TKey, TValue>)collection) > 0;

        public override List<object?> ItemsOf(object collection) => [.. ((Dictionary<TKey, TValue>)collection).SelectMany(pair => (object?[])[pair.Key, pair.Value])];

        public override object Create(object comparer) => new Dictionary<TKey, TValue>((IEqualityComparer<TKey>)comparer);

        public override void Fill(object collection, IReadOnlyList<object?> items)
        {
            var dictionary = (Dictionary<TKey, TValue>)collection;
            dictionary.EnsureCapacity(items.Count / 2);
            for (int i = 0; i < items.Count; i += 2)
            {
                dictionary.Add((TKey)items[i]!, (TValue)items[i + 1]!);
            }
        }

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_freeCount")]
        private static extern ref int FreeCount(Dictionary<TKey, TValue> dictionary);
    }

    private sealed class OfSet<T> : HashedCollection
    {
        public override IReadOnlyList<Type> Parts { get; } = [typeof(T)];

        public override object ComparerOf(object collection) => ((HashSet<T>)collection).Comparer;

        public override bool HasGaps(object collection) => FreeCount((HashSet<T>)collection) > 0;

        public override List<object?> ItemsOf(object collection) => [.. ((HashSet<T>)collection).Select(item => (object?)item)];

        public override object Create(object comparer) => new HashSet<T>((IEqualityComparer<T>)comparer);

        public override void Fill(object collection, IReadOnlyList<object?> items)
        {
            var set = (HashSet<T>)collection;
            set.EnsureCapacity(items.Count);
            foreach (object? item in items)
            {
                set.Add((T)item!);
            }
        }

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_freeCount")]
        private static extern ref int FreeCount(HashSet<T> set);
    }

    /// <summary>Its order is that of hash codes, so that nothing can rest on it.</summary>
    private sealed class OfConcurrent<TKey, TValue> : HashedCollection
        where TKey : notnull
    {
        public override IReadOnlyList<Type> Parts { get; } = [typeof(TKey), typeof(TValue)];

        public override object ComparerOf(object collection) => ((ConcurrentDictionary<TKey, TValue>)collection).Comparer;

        public override bool HasGaps(object collection) => false;

        public override List<object?> ItemsOf(object collection) => [.. ((ConcurrentDictionary<TKey, TValue>)collection).SelectMany(pair => (object?[])[pair.Key, pair.Value])];

        public override object Create(object comparer) => new ConcurrentDictionary<TKey, TValue>((IEqualityComparer<TKey>)comparer);

        public override void Fill(object collection, IReadOnlyList<object?> items)
        {
            for (int i = 0; i < items.Count; i += 2)
            {
                ((ConcurrentDictionary<TKey, TValue>)collection)[(TKey)items[i]!] = (TValue)items[i + 1]!;
            }
        }
    }
}
