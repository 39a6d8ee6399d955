using System.Reflection;

namespace TrainingDoctor.Snapshots;

/// <summary>Comparers that exist once: written by their kind, since each process has its own, with its own hash codes.</summary>
internal static class Comparers
{
    private static readonly object[] Named = [StringComparer.Ordinal, StringComparer.OrdinalIgnoreCase, StringComparer.InvariantCulture, StringComparer.InvariantCultureIgnoreCase, ReferenceEqualityComparer.Instance];

    /// <summary>Gets the number of kinds.</summary>
    public static int Kinds => Named.Length + 2;

    /// <summary>Finds out of which kind a comparer is.</summary>
    /// <param name="comparer">What may be one.</param>
    /// <returns>The kind and what it compares, null where the kind alone says that; null when it is none of these.</returns>
    public static (int Kind, Type? Compared)? KindOf(object comparer)
    {
        int named = Array.IndexOf(Named, comparer);
        if (named >= 0)
        {
            return (named, null);
        }

        for (var level = comparer.GetType().BaseType; level is { IsGenericType: true }; level = level.BaseType)
        {
            var definition = level.GetGenericTypeDefinition();
            int kind = definition == typeof(EqualityComparer<>) ? Named.Length : definition == typeof(Comparer<>) ? Named.Length + 1 : -1;
            if (kind >= 0 && ReferenceEquals(DefaultOf(level), comparer))
            {
                return (kind, level.GenericTypeArguments[0]);
            }
        }

        return null;
    }

    /// <summary>Returns the comparer of a kind.</summary>
    /// <param name="kind">The kind, from 0 to below <see cref="Kinds"/>.</param>
    /// <param name="compared">What it compares; null where the kind alone says that.</param>
    public static object Of(int kind, Type? compared) => kind < Named.Length ? Named[kind]
        : DefaultOf((kind == Named.Length ? typeof(EqualityComparer<>) : typeof(Comparer<>)).MakeGenericType(compared!));

    private static object DefaultOf(Type comparer) => comparer.GetProperty("Default", BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)!.GetValue(null)!;
}
