using System.Text.RegularExpressions;

namespace TrainingDoctor.Reports.Html;

/// <summary>The order of layers and parameters on the page: that of the model where it is known, else by name with numbers as numbers.</summary>
internal static partial class LayerOrder
{
    public static IReadOnlyList<SeriesDocument> Sort(ModelDocument? model, IEnumerable<SeriesDocument> rows)
    {
        var places = model?.Layers.Select((layer, index) => (layer.Path, index)).DistinctBy(entry => entry.Path).ToDictionary(entry => entry.Path, entry => entry.index) ?? [];
        return [.. rows.OrderBy(row => PlaceOf(row.Scope!, places)).ThenBy(row => Padded(row.Scope!), StringComparer.Ordinal)];
    }

    private static int PlaceOf(string name, Dictionary<string, int> places)
    {
        // A parameter's name begins with the path of its layer.
        for (string path = name; path.Length > 0; path = path[..Math.Max(0, path.LastIndexOf('.'))])
        {
            if (places.TryGetValue(path, out int place))
            {
                return place;
            }
        }

        return int.MaxValue;
    }

    private static string Padded(string name) => Digits().Replace(name, match => match.Value.PadLeft(9, '0'));

    [GeneratedRegex("[0-9]{1,9}", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();
}
