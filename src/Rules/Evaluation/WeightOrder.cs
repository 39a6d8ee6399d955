using System.Runtime.InteropServices;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Evaluation;

/// <summary>
/// The weights of a model from first to last, among all parameters that are measured: biases and normalisation scales are left out, since their sizes mean nothing for the flow of
/// gradients. The order is that of registration; without the model's structure, that of the names with numbers read as numbers.
/// </summary>
internal sealed class WeightOrder(RuleContext context)
{
    private readonly PerScope<Entry> _entries = new();
    private readonly List<int> _ordered = [];

    /// <summary>Gets the scopes of the weights, first to last.</summary>
    public ReadOnlySpan<int> Scopes => CollectionsMarshal.AsSpan(_ordered);

    /// <summary>Tells whether a scope is a trainable weight, and takes it into the order when it is new.</summary>
    /// <param name="scope">The scope's index.</param>
    public bool IsWeight(int scope)
    {
        ref var entry = ref _entries[scope];
        if (!entry.IsKnown)
        {
            entry = Classify(scope);
            if (entry.IsWeight)
            {
                Insert(scope);
            }
        }

        return entry.IsWeight;
    }

    /// <summary>Tells whether a weight is a table of embeddings, as far as the structure is known.</summary>
    /// <param name="scope">The scope's index.</param>
    public bool IsEmbedding(int scope) => _entries[scope].IsEmbedding;

    /// <summary>Gets the name of a scope.</summary>
    /// <param name="scope">The scope's index.</param>
    public string NameOf(int scope) => context.Facts.Scopes[scope].Name;

    /// <summary>Compares names with the numbers in them read as numbers.</summary>
    public static int CompareNaturally(string a, string b)
    {
        int i = 0;
        int j = 0;
        while (i < a.Length && j < b.Length)
        {
            if (char.IsAsciiDigit(a[i]) && char.IsAsciiDigit(b[j]))
            {
                int x = Number(a, ref i);
                int y = Number(b, ref j);
                if (x != y)
                {
                    return x.CompareTo(y);
                }
            }
            else if (a[i] != b[j])
            {
                return a[i].CompareTo(b[j]);
            }
            else
            {
                i++;
                j++;
            }
        }

        return (a.Length - i).CompareTo(b.Length - j);
    }

    private static int Number(string text, ref int index)
    {
        long value = 0;
        while (index < text.Length && char.IsAsciiDigit(text[index]))
        {
            value = Math.Min(int.MaxValue, (10 * value) + (text[index++] - '0'));
        }

        return (int)value;
    }

    private Entry Classify(int scope)
    {
        var described = context.Facts.Scopes[scope];
        if (described.Kind != ScopeKind.Parameter)
        {
            return new Entry(true, false, 0);
        }

        if (context.Run.Model is { } model && model.IndexOfParameter(described.Name) is >= 0 and var place)
        {
            var parameter = model.Parameters[place];
            bool isWeight = parameter.Role is ParameterRole.Weight or ParameterRole.RecurrentInput or ParameterRole.RecurrentState or ParameterRole.Embedding;
            return new Entry(true, isWeight && parameter.IsTrainable, place, parameter.Role == ParameterRole.Embedding);
        }

        return new Entry(true, !described.Name.EndsWith("bias", StringComparison.OrdinalIgnoreCase), 0);
    }

    private void Insert(int scope)
    {
        // Models name their weights from first to last, so that most belong behind all others.
        int low = 0;
        int high = _ordered.Count;
        if (high > 0 && Compare(_ordered[high - 1], scope) < 0)
        {
            low = high;
        }

        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = Compare(_ordered[middle], scope) < 0 ? (middle + 1, high) : (low, middle);
        }

        _ordered.Insert(low, scope);
    }

    private int Compare(int a, int b)
    {
        int byPlace = _entries[a].Place.CompareTo(_entries[b].Place);
        return byPlace != 0 ? byPlace : CompareNaturally(NameOf(a), NameOf(b));
    }

    private readonly record struct Entry(bool IsKnown, bool IsWeight, int Place, bool IsEmbedding = false);
}
