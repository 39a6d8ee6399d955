using System.Globalization;
using System.Text;

namespace TrainingDoctor.Benchmarks.Logs;

/// <summary>Folders of many small logs, each of three curves.</summary>
internal static class SmallLogs
{
    /// <summary>Writes logs, unless they are there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="count">How many.</param>
    /// <param name="rows">How many rows each has.</param>
    public static void Write(string folder, int count, int rows)
    {
        Directory.CreateDirectory(folder);
        for (int log = 0; log < count; log++)
        {
            string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{log:D5}.csv"));
            if (!File.Exists(path))
            {
                File.WriteAllText(path, Text(log, rows));
            }
        }
    }

    private static string Text(int log, int rows)
    {
        var text = new StringBuilder("step,loss,val_loss,accuracy\n");
        for (int row = 1; row <= rows; row++)
        {
            double loss = 1 / (1 + (row * (0.1 + (log * 1e-6))));
            text.Append(CultureInfo.InvariantCulture, $"{row},{loss:F5},{1.1 / (1 + (row * 0.09)):F5},{1 - (1 / (2 + (row * 0.1))):F4}\n");
        }

        return text.ToString();
    }
}
