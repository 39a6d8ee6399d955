using TrainingDoctor.Changes;
using static TorchSharp.torch;

namespace TrainingDoctor.Cures;

/// <summary>Tries the remedies of one program in this process.</summary>
/// <param name="program">The program.</param>
/// <param name="options">How to try.</param>
/// <param name="progress">Is told what is being tried.</param>
/// <param name="cancellationToken">Ends the trials.</param>
internal sealed class TrialSession(ITrainingProgram program, RemedyTrialOptions options, IProgress<string>? progress, CancellationToken cancellationToken) : ITrialTraining
{
    private static readonly SamplingSchedule Dense = new() { DenseSteps = new SamplingSchedule().DenseSteps };

    private double _spent;

    /// <summary>Gets the number of epochs.</summary>
    public int Length => program.Epochs;

    /// <summary>Gets 1: torch's generator of random numbers belongs to the process.</summary>
    public int Parallelism => 1;

    /// <inheritdoc/>
    public bool IsSpent => _spent >= options.Budget;

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<RemedyCandidate>> Resorts { get; } = [.. LastResorts.All.Select(candidate => (IReadOnlyList<RemedyCandidate>)[candidate])];

    /// <summary>Runs the trials.</summary>
    public RemedyTrialReport Run()
    {
        var before = RunAsItIs();
        var search = new RemedySearch(this, options);
        var (winner, trial) = search.Run(before);
        var results = search.Tried.Where(item => item.Candidate.References.Count == 1)
            .GroupBy(item => item.Candidate.References[0])
            .ToDictionary(group => group.Key, group => Trial.ResultOf(group.Last().Candidate, group.Last().Trial, before, options.MinimumGain));
        return new RemedyTrialReport(
            before.Report.WithTrials(results),
            trial?.Report,
            winner,
            [.. search.Tried.Select(item => item.Candidate).OrderByDescending(candidate => candidate.Score ?? double.NegativeInfinity)],
            before.Score.Value,
            trial?.Score.Value,
            _spent);
    }

    /// <inheritdoc/>
    public bool IsApplicable(RemedyCandidate candidate) => RemedyPlan.Of(candidate.Remedies.SelectMany(remedy => remedy.Actions)).Changes.Count > 0;

    /// <inheritdoc/>
    public Trial RunAsItIs()
    {
        progress?.Report("training as it is");
        var (trial, outcome) = Train(program, program.Epochs);
        options.OnBaseline?.Invoke(outcome);
        return trial;
    }

    /// <inheritdoc/>
    public IReadOnlyList<(RemedyCandidate Candidate, Trial? Trial)> TryOut(IReadOnlyList<RemedyCandidate> candidates, int length) => [.. candidates.Select(candidate => TryOut(candidate, length))];

    private (RemedyCandidate Candidate, Trial? Trial) TryOut(RemedyCandidate candidate, int epochs)
    {
        progress?.Report($"trying for {epochs} epochs: {candidate.Title}");
        var plan = RemedyPlan.Of(candidate.Remedies.SelectMany(remedy => remedy.Actions), candidate.IsTolerant);
        var skipped = plan.Skipped.Select(item => item.Reason).ToList();
        try
        {
            var (trial, _) = Train(new CuredProgram(program, plan.Changes), epochs);
            return (candidate with { Score = trial.Score.Value, Epochs = epochs, Skipped = skipped, Verdict = trial.Report.Verdict, Primary = trial.Report.Primary?.Rule.Name }, trial);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
        {
            // A change that does not fit the program makes it throw whatever it throws: then that remedy is out, and the others are tried.
            return (candidate with { Skipped = [.. skipped, exception.Message.Split('\n')[0]] }, null);
        }
    }

    private (Trial Trial, TrainingOutcome Outcome) Train(ITrainingProgram subject, int epochs)
    {
        int last = Math.Min(epochs, subject.Epochs);
        var scorer = new TrainingScorer(options.Observer);

        // A trial is there to be judged: what judging it costs is no training's time.
        using var monitoring = new MonitoringObserver(monitor => (monitor.Rules, monitor.Sampling) = (options.Rules, Dense), scorer);
        var outcome = TrainingLoop.Run(subject, options.Seed, monitoring, last, cancellationToken);
        _spent += (double)last / program.Epochs;
        return (new Trial(TrialCurve.Of(outcome), monitoring.Report!, TrialScore.Of(outcome, monitoring.Report!, scorer.Score, scorer.TargetDeviation), last >= subject.Epochs), outcome);
    }

    /// <summary>Scores a program without validation samples on those it was trained on, when its monitor has let go of it, and measures the targets' spread.</summary>
    private sealed class TrainingScorer(ITrainingObserver? next) : ITrainingObserver
    {
        public ValidationScore? Score { get; private set; }

        public double? TargetDeviation { get; private set; }

        public void Started(TrainingState state) => next?.Started(state);

        public void Stepped(TrainingState state, TrainingBatch batch, Tensor loss) => next?.Stepped(state, batch, loss);

        public void Validated(TrainingState state, ValidationScore score) => next?.Validated(state, score);

        public void Completed(TrainingState state)
        {
            next?.Completed(state);
            using var scope = NewDisposeScope();
            if ((state.Data.Validation ?? state.Data.Training).Target is var target && target.is_floating_point())
            {
                TargetDeviation = target.to_type(ScalarType.Float64).std(unbiased: false).item<double>();
            }

            if (state.Data.Validation is null)
            {
                Score = state.ValidateOnTraining();
            }
        }
    }
}
