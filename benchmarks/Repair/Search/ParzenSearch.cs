namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>
/// The tree-structured Parzen estimator (Bergstra et al. 2011) as Optuna's TPESampler runs it: of what was tried the best tenth makes a density l, the rest a density g, each knob for itself; of 24
/// candidates drawn from l the one with the largest l/g is tried, which has the largest expected improvement.
/// </summary>
internal sealed class ParzenSearch : ISearch
{
    /// <summary>Optuna draws its first 10 by chance; with as few trainings as repairs may cost it would never begin.</summary>
    private const int ByChance = 4;

    private const int Candidates = 24;
    private const double GoodShare = 0.1;
    private const int MostGood = 25;

    public string Name => "TPE";

    public KnobSetting Propose(IReadOnlyList<(KnobSetting Setting, double Score)> tried, Random random)
    {
        if (tried.Count < ByChance)
        {
            return RandomSearch.Draw(random);
        }

        var ordered = tried.OrderByDescending(item => item.Score).Select(item => item.Setting).ToList();
        int good = Math.Min(MostGood, (int)Math.Ceiling(GoodShare * ordered.Count));
        return new KnobSetting([.. SearchSpace.Knobs.Select((knob, index) =>
        {
            double[] below = [.. ordered.Take(good).Select(setting => setting.Values[index])];
            double[] above = [.. ordered.Skip(good).Select(setting => setting.Values[index])];
            return knob.IsNumber ? Number(knob, below, above, random) : Choice(knob, below, above, random);
        })]);
    }

    private static double Number(Knob knob, double[] below, double[] above, Random random)
    {
        var (low, high) = (Math.Log(knob.Low), Math.Log(knob.High));
        var (good, rest) = (new Mixture(below, low, high), new Mixture(above, low, high));
        return Enumerable.Range(0, Candidates).Select(_ => good.Draw(random)).MaxBy(value => good.LogDensity(value) - rest.LogDensity(value));
    }

    private static double Choice(Knob knob, double[] below, double[] above, Random random)
    {
        double[] good = Weights(knob, below);
        double[] rest = Weights(knob, above);
        return Enumerable.Range(0, Candidates).Select(_ => Draw(good, random)).MaxBy(choice => good[choice] / rest[choice]);
    }

    /// <summary>How often each choice was made, with one more made of all of them in equal parts.</summary>
    private static double[] Weights(Knob knob, double[] values) =>
        [.. Enumerable.Range(0, knob.Choices.Count).Select(choice => (values.Count(value => (int)value == choice) + (1.0 / knob.Choices.Count)) / (values.Length + 1))];

    private static int Draw(double[] weights, Random random)
    {
        double left = random.NextDouble() * weights.Sum();
        int choice = 0;
        while (choice < weights.Length - 1 && (left -= weights[choice]) > 0)
        {
            choice++;
        }

        return choice;
    }

    /// <summary>A normal distribution around each value, cut at the bounds, and a wide one in the middle as what is known before anything was tried.</summary>
    private sealed class Mixture
    {
        private readonly double _low;
        private readonly double _high;
        private readonly List<(double Mean, double Deviation)> _parts = [];

        public Mixture(double[] values, double low, double high)
        {
            (_low, _high) = (low, high);
            double range = high - low;
            double[] ordered = [low, .. values.Append((low + high) / 2).Order(), high];
            double least = range / Math.Min(100, values.Length + 2);
            for (int i = 1; i < ordered.Length - 1; i++)
            {
                _parts.Add((ordered[i], Math.Clamp(Math.Max(ordered[i] - ordered[i - 1], ordered[i + 1] - ordered[i]), least, range)));
            }

            int prior = _parts.FindIndex(part => part.Mean == (low + high) / 2);
            _parts[prior] = (_parts[prior].Mean, range);
        }

        public double Draw(Random random)
        {
            var (mean, deviation) = _parts[random.Next(_parts.Count)];
            double value;
            do
            {
                value = mean + (deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
            }
            while (value < _low || value > _high);
            return value;
        }

        public double LogDensity(double value) => Math.Log(_parts.Average(part =>
            Math.Exp(-0.5 * Math.Pow((value - part.Mean) / part.Deviation, 2)) / (part.Deviation * (Cumulative((_high - part.Mean) / part.Deviation) - Cumulative((_low - part.Mean) / part.Deviation)))));

        /// <summary>The logistic approximation of the normal distribution, off by less than 0.0002 (Page 1977).</summary>
        private static double Cumulative(double z) => 1 / (1 + Math.Exp(-((1.5976 * z) + (0.070565992 * z * z * z))));
    }
}
