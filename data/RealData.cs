using System.Globalization;
using System.IO.Compression;

namespace TrainingDoctor.Datasets;

/// <summary>The real data sets that ship with the project, raw as published. Sources and licences: <c>data/README.md</c>.</summary>
public static class RealData
{
    /// <summary>Gets 1797 handwritten digits of 8 by 8 pixels with values from 0 to 16, in 10 classes.</summary>
    public static Dataset Digits() => Table("digits", DatasetKind.Classes, ReadRows("digits.csv.gz", ','));

    /// <summary>Gets 569 tumours with 30 features of very different scales, in 2 classes.</summary>
    public static Dataset BreastCancer() => Table("breast cancer", DatasetKind.Classes, ReadRows("breast_cancer.csv", ',').Skip(1));

    /// <summary>Gets 178 wines with 13 features of very different scales, in 3 classes.</summary>
    public static Dataset Wine() => Table("wine", DatasetKind.Classes, ReadRows("wine_data.csv", ',').Skip(1));

    /// <summary>Gets 150 irises with 4 features in centimetres, in 3 classes, sorted by class.</summary>
    public static Dataset Iris() => Table("iris", DatasetKind.Classes, ReadRows("iris.csv", ',').Skip(1));

    /// <summary>Gets 442 patients with 10 raw features; the target is the progression of diabetes, from 25 to 346.</summary>
    public static Dataset Diabetes() => Table(
        "diabetes",
        DatasetKind.Values,
        ReadRows("diabetes_data_raw.csv.gz", ' ').Zip(ReadRows("diabetes_target.csv.gz", ' '), (features, target) => features.Concat(target).ToArray()));

    private static Dataset Table(string name, DatasetKind kind, IEnumerable<string[]> lines)
    {
        var rows = lines.Select(line => line.Select(cell => float.Parse(cell, CultureInfo.InvariantCulture)).ToArray()).ToList();
        int features = rows[0].Length - 1;
        return new Dataset(name, kind, [.. rows.SelectMany(row => row.Take(features))], features, [.. rows.Select(row => row[features])]);
    }

    private static IEnumerable<string[]> ReadRows(string resource, char separator)
    {
        using var file = typeof(RealData).Assembly.GetManifestResourceStream(resource)!;
        using var content = resource.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(content);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0)
            {
                yield return line.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            }
        }
    }
}
