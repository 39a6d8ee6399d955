using System.Globalization;

namespace TrainingDoctor.Differences;

/// <summary>Which layers a model has that another has not. Layers are paired in their order, so that one put in does not make all behind it differ.</summary>
internal static class LayerDifferences
{
    /// <summary>Beyond this many layers the table of all pairs would be larger than the models.</summary>
    private const int MostLayers = 2000;

    /// <summary>Finds what differs.</summary>
    /// <param name="good">The model of a run that went well; null when it is not known.</param>
    /// <param name="bad">The model of the run in question; null when it is not known.</param>
    public static IEnumerable<SettingDifference> Between(ModelDescription? good, ModelDescription? bad)
    {
        if (good is null || bad is null)
        {
            return [];
        }

        var (a, b) = (good.Leaves.ToList(), bad.Leaves.ToList());
        var (x, y) = (a.ConvertAll(Describe), b.ConvertAll(Describe));
        if (x.SequenceEqual(y))
        {
            return [];
        }

        return Math.Max(a.Count, b.Count) > MostLayers
            ? [new SettingDifference("number of layers", Stage.Structure, Number(a.Count), Number(b.Count))]
            : Pair(a, b, x, y);
    }

    private static List<SettingDifference> Pair(List<LayerDescription> a, List<LayerDescription> b, List<string> x, List<string> y)
    {
        // The longest common part of both, from the back, so that it can be read from the front.
        var common = new int[x.Count + 1, y.Count + 1];
        for (int i = x.Count - 1; i >= 0; i--)
        {
            for (int j = y.Count - 1; j >= 0; j--)
            {
                common[i, j] = x[i] == y[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var differences = new List<SettingDifference>();
        var (left, right) = (new List<int>(), new List<int>());
        for (int i = 0, j = 0; i < x.Count || j < y.Count;)
        {
            if (i < x.Count && j < y.Count && x[i] == y[j])
            {
                Flush();
                i++;
                j++;
            }
            else if (j == y.Count || (i < x.Count && common[i + 1, j] >= common[i, j + 1]))
            {
                left.Add(i++);
            }
            else
            {
                right.Add(j++);
            }
        }

        Flush();
        return differences;

        // What stands between two common layers was exchanged, one for one as far as it goes.
        void Flush()
        {
            for (int k = 0; k < Math.Max(left.Count, right.Count); k++)
            {
                string path = k < right.Count ? b[right[k]].Path : a[left[k]].Path;
                differences.Add(new SettingDifference($"layer {path}", Stage.Structure, k < left.Count ? x[left[k]] : "none", k < right.Count ? y[right[k]] : "none"));
            }

            left.Clear();
            right.Clear();
        }
    }

    private static string Describe(LayerDescription layer)
    {
        string sizes = (layer.InputFeatures, layer.OutputFeatures) switch
        {
            ({ } from, { } to) => $"({Number(from)} to {Number(to)})",
            (null, { } to) => $"({Number(to)})",
            ({ } from, null) => $"({Number(from)})",
            _ => string.Empty,
        };
        string rate = layer.DropoutRate is { } dropped ? $"({dropped.ToString("G3", CultureInfo.InvariantCulture)})" : string.Empty;
        string slope = layer.NegativeSlope is { } negative ? $"({negative.ToString("G3", CultureInfo.InvariantCulture)})" : string.Empty;
        string bias = layer.HasBias == false ? " without bias" : string.Empty;
        return layer.TypeName + sizes + rate + slope + bias;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
