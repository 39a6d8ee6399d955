using System.Globalization;
using System.Text;

namespace TrainingDoctor.Benchmarks.Pages;

/// <summary>The log of one run with a loss and the gradient norm of each of its layers.</summary>
internal static class LayeredLog
{
    /// <summary>Writes a log.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="layers">How many layers it has.</param>
    /// <param name="steps">How many steps.</param>
    /// <returns>The log's path.</returns>
    public static string Write(string folder, int layers, int steps)
    {
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"layers{layers}-steps{steps}.csv"));
        using var file = new StreamWriter(path);
        file.WriteLine($"step,loss,{string.Join(',', Enumerable.Range(0, layers).Select(layer => string.Create(CultureInfo.InvariantCulture, $"layer{layer}/grad_norm")))}");
        var row = new StringBuilder();
        for (int step = 0; step < steps; step++)
        {
            row.Clear().Append(CultureInfo.InvariantCulture, $"{step},{2.3 / (1 + (0.01 * step)):F5}");
            for (int layer = 0; layer < layers; layer++)
            {
                row.Append(CultureInfo.InvariantCulture, $",{(1 + (0.1 * Math.Sin(step + layer))) / (1 + (0.02 * step)):G4}");
            }

            file.WriteLine(row);
        }

        return path;
    }
}
