namespace TrainingDoctor.Benchmarks.Engine;

/// <summary>A healthy run of a deep perceptron, made from a table of noise: every metric that a monitor sends, for every layer and parameter, at every step.</summary>
internal sealed class SyntheticRun
{
    private readonly double[] _noise = new double[4096];
    private readonly (Metric Metric, int Scope, double Center, double Spread)[] _sources;

    public SyntheticRun(int depth, ScopeTable scopes)
    {
        var random = new Random(1);
        for (int i = 0; i < _noise.Length; i++)
        {
            _noise[i] = (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2;
        }

        var sources = new List<(Metric, int, double, double)>();
        foreach (var info in MetricCatalog.All)
        {
            // A healthy value for each metric; counts of faults are zero.
            (double center, double spread) = Healthy(info.Metric);
            for (int layer = 0; layer < depth; layer++)
            {
                if (info.Scope == ScopeKind.Layer)
                {
                    sources.Add((info.Metric, scopes.Intern(ScopeKind.Layer, $"{layer}"), center, spread));
                }
                else if (info.Scope == ScopeKind.Parameter)
                {
                    sources.Add((info.Metric, scopes.Intern(ScopeKind.Parameter, $"{layer}.weight"), center, spread));
                    sources.Add((info.Metric, scopes.Intern(ScopeKind.Parameter, $"{layer}.bias"), center, spread));
                }
                else if (layer == 0)
                {
                    sources.Add((info.Metric, ScopeTable.Run, center, spread));
                }
            }
        }

        _sources = [.. sources];
        Description = new RunDescription { Name = "synthetic", Model = Model(depth) };
    }

    public RunDescription Description { get; }

    public int MeasurementsPerStep => _sources.Length;

    /// <summary>Writes the measurements of one step.</summary>
    public void Fill(long step, Span<Measurement> block)
    {
        for (int i = 0; i < _sources.Length; i++)
        {
            var (metric, scope, center, spread) = _sources[i];
            double level = metric is Metric.Loss or Metric.ValidationLoss ? 2.3 / (1 + (0.01 * step)) : center;
            block[i] = new Measurement(step, metric, scope, level + (spread * level * _noise[((step * 31) + (i * 7)) & 4095]));
        }
    }

    private static (double Center, double Spread) Healthy(Metric metric) => metric switch
    {
        Metric.OutputMean or Metric.OutputSkewness or Metric.WeightMean or Metric.InputMean => (0.05, 1),
        Metric.UpdateRatio or Metric.GlobalUpdateRatio => (1e-3, 0.2),
        Metric.LearningRate => (1e-3, 0),
        Metric.GradientPresent or Metric.TrainingMode or Metric.CallCount or Metric.TargetRowSum or Metric.TargetShift => (1, 0),
        Metric.CallOrder or Metric.UnitSymmetry or Metric.GradientLost => (0, 0),
        Metric.ZeroFraction or Metric.NegativeFraction => (0.5, 0.05),
        Metric.BatchSize or Metric.NormalizationBatchSize or Metric.TargetLabelCount => (64, 0),
        Metric.TargetClassCount => (10, 0),
        Metric.TargetMajorityFraction or Metric.TargetMinorityFraction or Metric.TargetSortedFraction => (0.1, 0.02),
        Metric.GradientCosine => (0.1, 1),
        _ when metric.ToString() is var name && (name.EndsWith("NonFiniteCount", StringComparison.Ordinal) || name.EndsWith("InvalidCount", StringComparison.Ordinal)
            || name is "InputConstantFraction" or "InputIdenticalBatch" or "TargetBroadcast" or "TargetSingleClassBatch" or "DeadFraction" or "SaturatedFraction"
            or "SaturatedUnitFraction" or "ValidationTrainingMode" or "SkippedSteps" or "RegularizationGradientRatio" or "BatchLossRatio" or "ValidationOverlap" or "GradientZeroFraction"
            or "TargetMultipleFraction" or "TargetOverlongFraction" or "TargetBlankFraction" or "TargetIgnoredFraction" or "TargetPaddingFraction" or "RecognizedBroadcast" or "RecognizedRegrouping" or "InputRegrouped"
            or "SequenceAxisSwapped" or "PaddingMaskInverted" or "ValidationUnknownClassFraction" or "GradientKept" or "OptimizerIdle" or "DataTime" or "EmbeddingModeShare" or "InputDuplicateFraction" or "ConflictingTargetFraction") => (0, 0),
        _ => (1, 0.05),
    };

    private static ModelDescription Model(int depth) => new()
    {
        TypeName = "Sequential",
        IsSequential = true,
        Layers = [.. Enumerable.Range(0, depth).Select(i => new LayerDescription
        {
            Path = $"{i}",
            TypeName = i % 2 == 0 ? "Linear" : "ReLU",
            Kind = i % 2 == 0 ? LayerKind.Linear : LayerKind.Activation,
            Activation = i % 2 == 0 ? null : ActivationKind.ReLU,
            IsLeaf = true,
            IsHooked = true,
            InputFeatures = 128,
            OutputFeatures = 128,
        })],
        Parameters = [],
    };
}
