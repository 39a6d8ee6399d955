namespace TrainingDoctor.Datasets;

/// <summary>Scaling of the columns of a matrix that is stored row after row.</summary>
internal static class Columns
{
    public static float[] Standardize(float[] values, int columns) => Map(values, columns, column =>
    {
        double mean = column.Average();
        double deviation = Math.Sqrt(column.Average(value => (value - mean) * (value - mean)));
        return (mean, deviation);
    });

    public static float[] Normalize(float[] values, int columns) => Map(values, columns, column => (column.Min(), (double)column.Max() - column.Min()));

    private static float[] Map(float[] values, int columns, Func<float[], (double Offset, double Scale)> measure)
    {
        int rows = values.Length / columns;
        var result = new float[values.Length];
        var column = new float[rows];
        for (int c = 0; c < columns && rows > 0; c++)
        {
            for (int r = 0; r < rows; r++)
            {
                column[r] = values[(r * columns) + c];
            }

            var (offset, scale) = measure(column);
            for (int r = 0; r < rows && scale > 0; r++)
            {
                result[(r * columns) + c] = (float)((column[r] - offset) / scale);
            }
        }

        return result;
    }
}
