namespace TrainingDoctor.Corpus;

/// <summary>Generated data sets, written after the descriptions of scikit-learn's generators.</summary>
internal static class Generated
{
    /// <summary>Two concentric circles with noise: classes 0 (outer) and 1 (inner, of radius 0.8).</summary>
    public static Dataset Circles(int seed, int rows = 1000, double noise = 0.1, double factor = 0.8)
    {
        var random = new Random(seed);
        return Classes("circles", rows, 2, random, row =>
        {
            double angle = 2 * Math.PI * random.NextDouble();
            double radius = row % 2 == 0 ? 1 : factor;
            return ([(float)((radius * Math.Cos(angle)) + (noise * Normal(random))), (float)((radius * Math.Sin(angle)) + (noise * Normal(random)))], row % 2);
        });
    }

    /// <summary>Three round clouds in the plane whose centres lie in [-10, 10].</summary>
    public static Dataset Blobs(int seed, int rows = 1000, double deviation = 2)
    {
        var random = new Random(seed);
        (double X, double Y)[] centres = [(-1.3, -9.5), (1.0, -1.3), (-1.6, 0.9)];
        return Classes("blobs", rows, 2, random, row =>
        {
            var (x, y) = centres[row % 3];
            return ([(float)(x + (deviation * Normal(random))), (float)(y + (deviation * Normal(random)))], row % 3);
        });
    }

    /// <summary>Counts of words: each row has a random set of three topics, and each topic its own words.</summary>
    /// <returns>Counts, rows of <paramref name="words"/>; and the topics, rows of 3.</returns>
    public static TrainingData Topics(int seed, int rows, int words = 20)
    {
        var random = new Random(seed);
        double[][] frequencies = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, words).Select(_ => Math.Pow(random.NextDouble(), 3)).ToArray())];
        var counts = new float[rows * words];
        var topics = new float[rows * 3];
        for (int row = 0; row < rows; row++)
        {
            int[] present = [.. Enumerable.Range(0, 3).Where(_ => random.NextDouble() < 0.5)];
            foreach (int topic in present)
            {
                topics[(row * 3) + topic] = 1;
            }

            for (int word = 0; word < words; word++)
            {
                double rate = present.Length == 0 ? 2.5 : 5 * present.Average(topic => frequencies[topic][word]);
                counts[(row * words) + word] = Poisson(random, rate);
            }
        }

        int training = rows * 4 / 5;
        var input = tensor(counts).reshape(rows, words);
        var target = tensor(topics).reshape(rows, 3);
        return new TrainingData(
            new TrainingBatch(input[..training].clone(), target[..training].clone()),
            new TrainingBatch(input[training..].clone(), target[training..].clone()));
    }

    /// <summary>Values of a function on evenly spaced points.</summary>
    public static Dataset Curve(Func<double, double> function, double from, double to, int rows)
    {
        float[] x = [.. Enumerable.Range(0, rows).Select(i => (float)(from + ((to - from) * i / (rows - 1))))];
        return new Dataset("curve", DatasetKind.Values, x, 1, [.. x.Select(value => (float)function(value))]);
    }

    /// <summary>A normally distributed number.</summary>
    public static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static Dataset Classes(string name, int rows, int features, Random random, Func<int, (float[] Features, int Class)> draw)
    {
        var drawn = Enumerable.Range(0, rows).Select(draw).ToArray();
        random.Shuffle(drawn);
        return new Dataset(name, DatasetKind.Classes, [.. drawn.SelectMany(row => row.Features)], features, [.. drawn.Select(row => (float)row.Class)]);
    }

    private static int Poisson(Random random, double rate)
    {
        double limit = Math.Exp(-rate);
        int count = 0;
        for (double product = random.NextDouble(); product > limit; product *= random.NextDouble())
        {
            count++;
        }

        return count;
    }
}
