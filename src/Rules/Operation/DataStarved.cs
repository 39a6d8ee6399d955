using System.ComponentModel.DataAnnotations;

namespace TrainingDoctor.Rules.Operation;

/// <summary>TD8501: the training waits for its data.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class DataStarved(DataStarvedOptions options) : Rule<DataStarvedOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD8501",
        Name = "data-starved",
        Category = RuleCategory.Operation,
        Severity = Severity.Warning,
        Summary = $"The training spends much of its time waiting for the next batch.",
        Explanation = $"The time between one step and the first call of the model in the next is compared with the whole time of a step. The rule fires when the waiting takes more than a share of the time of all steps timed, and long enough to matter. Intervals with a validation in them are left out. Of a log, the times of steps and of their data count that it tells, such as time and data_time.",
        Why = $"A processor or device that waits costs as much as one that works: loading ahead can make the same training up to twice as fast, or more.",
        Inputs = [Metric.DataTime, Metric.StepTime],
        Granularity = ScopeKind.Run,
        Causes = [Cause.SlowDataLoading],
        Remedies =
        [
            new($"Load the next batches while the model works on this one.", $"Reading and preparing then cost no time of their own."),
            new($"Prepare the data once, and keep what was prepared.", $"Decoding and resizing the same files in every epoch is work that need not be done twice."),
        ],
        Sources = ["Mohan et al. 2021, Analyzing and mitigating data stalls in DNN training, PVLDB 14, https://arxiv.org/abs/2007.06775"],
        Limitations = $"Whatever the program does between steps counts as waiting: writing checkpoints or pictures at every step, too. A short run is not judged.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(Options, context);

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        var share = symptom.Evidence[0];
        return new Diagnosis(
            $"The training waits for its data during {share.Value:P0} of its time",
            $"From step {symptom.FirstStep} to step {symptom.LastStep}, {share.Value:P0} of the time of the steps went by before the model was called, {symptom.Values["waited"]:N0} s in all (limit {share.Limit:P0}).",
            [new(Cause.SlowDataLoading, 0.85)],
            [
                new Remedy
                {
                    Title = $"Load the next batches in the background",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.LoadDataAhead }],
                    Rationale = $"While the model works on one batch, the next are read and prepared by other threads.",
                    Caveat = $"Each batch that waits needs memory. Where the disk or the network is the limit, more threads do not help: keep prepared data nearby.",
                    Code = "using var loader = new DataLoader(dataset, batchSize, shuffle: true, num_worker: Environment.ProcessorCount);",
                    Sources = ["Mohan et al. 2021, Analyzing and mitigating data stalls in DNN training, PVLDB 14, https://arxiv.org/abs/2007.06775"],
                },
                new Remedy
                {
                    Title = $"Prepare the data once, and train on what was prepared",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.InspectData }],
                    Rationale = $"What is decoded, resized or tokenised again in every epoch can be kept as tensors in a file or in memory.",
                    Sources = ["Mohan et al. 2021, Analyzing and mitigating data stalls in DNN training, PVLDB 14, https://arxiv.org/abs/2007.06775"],
                },
            ]);
    }

    private sealed class Evaluator(DataStarvedOptions options, RuleContext context) : RuleEvaluator
    {
        private double _waiting = double.NaN;
        private double _lasting = double.NaN;
        private double _waited;
        private double _trained;
        private long _first = -1;
        private long _before = -1;
        private int _reports;
        private int _next;
        private Symptom? _symptom;

        public override Text? WhyNotEvaluated => _reports >= options.MinimumReports && _trained >= options.MinimumWaiting ? null
            : (Text)$"needs {options.MinimumReports} reports of the time of steps over {options.MinimumWaiting:N0} s, had {_reports} over {_trained:N0} s";

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Metric == Metric.DataTime)
            {
                _waiting = measurement.Value;
            }
            else
            {
                _lasting = measurement.Value;
            }
        }

        public override void StepCompleted(long step)
        {
            if (_waiting >= 0 && _lasting > 0 && double.IsFinite(_lasting))
            {
                // The first report has no other before it, so that it is not known how many steps it speaks of.
                long steps = _before < 0 ? 1 : step - _before;
                _waited += steps * Math.Min(_waiting, _lasting);
                _trained += steps * _lasting;
                _before = step;
                _first = _first < 0 ? step : _first;
                _reports++;
                if (_reports >= Math.Max(_next, options.MinimumReports))
                {
                    // Looks get rarer as the run gets longer: a share of all its time moves slowly.
                    _next = _reports + (_reports / 4);
                    Judge();
                }
            }

            (_waiting, _lasting) = (double.NaN, double.NaN);
        }

        public override void Complete() => Judge();

        private void Judge()
        {
            double share = _waited / _trained;
            if (_reports < options.MinimumReports || _waited < options.MinimumWaiting || share < options.MaximumShare)
            {
                return;
            }

            var evidence = new Evidence("data_waiting_share", null, _before, share, options.MaximumShare, ">");
            // What others log as their data time is not ours to vouch for, and a training that learns meanwhile is sound.
            _symptom ??= context.Open(new Symptom { Severity = context.Facts.IsMeasured ? Severity.Warning : Severity.Info, FirstStep = _first, Evidence = [evidence] });
            _symptom.LastStep = _before;
            _symptom.Evidence[0] = evidence;
            _symptom.Values["waited"] = _waited;
        }
    }
}

/// <summary>Thresholds of <see cref="DataStarved"/>.</summary>
public sealed class DataStarvedOptions
{
    /// <summary>Gets or sets the share of the time of all steps from which waiting counts.</summary>
    /// <value>The default is 0.5: training would take half as long if batches were there in time; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumShare { get; set; } = 0.5;

    /// <summary>Gets or sets how many seconds must have been waited before anybody is told.</summary>
    /// <value>The default is 60: less is not worth a change of the program; at least 0.</value>
    [Range(0.0, 1e9)]
    public double MinimumWaiting { get; set; } = 60;

    /// <summary>Gets or sets how many times the time of steps must have been reported.</summary>
    /// <value>The default is 10, so that one slow beginning decides nothing; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MinimumReports { get; set; } = 10;
}
