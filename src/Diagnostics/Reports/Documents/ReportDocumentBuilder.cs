using System.Globalization;
using System.Reflection;
using TrainingDoctor.Reports.Series;
using TrainingDoctor.Reports.Wording;
using TrainingDoctor.Rules.Knowledge.Frameworks;

namespace TrainingDoctor.Reports.Documents;

/// <summary>Turns a report into what is written, in one language.</summary>
internal static class ReportDocumentBuilder
{
    public static ReportDocument Build(DiagnosisReport report, ReportLanguage language) => new()
    {
        SchemaVersion = ReportDocument.CurrentSchemaVersion,
        Tool = new ToolDocument { Name = "traindoctor", Version = ToolVersion },
        Run = Run(report),
        Verdict = report.Verdict,
        Primary = report.Primary?.Id,
        Findings = [.. report.Findings.Select(finding => Finding(finding, report, language))],
        Rules = [.. report.Rules.Select(status => Status(status, report.Diagnosis.Facts, language))],
        VerdictReason = report.Diagnosis.Reason is { } reason ? language.Of(reason) : null,
        Summary = language.Of(report.Headline),
        Price = report.Diagnosis.Price is { } price
            ? new PriceDocument { Text = language.Of(PriceWording.Of(price, report.Duration)), SinceStep = price.Since, Share = Math.Round(price.Share, 4), Seconds = report.Duration is { } duration ? Math.Round(price.Share * duration.TotalSeconds, 1) : null }
            : null,
        Examined = [.. ExaminationWording.Examined(report).Select(language.Of)],
        CannotTell = [.. ExaminationWording.CannotTell(report).Select(language.Of)],
        Model = report.Run.Model is { } model ? Model(model, report) : null,
        Coverage = report.Coverage is { } coverage
            ? new CoverageDocument { Registered = coverage.Registered, Hooked = coverage.Hooked, Fired = coverage.Fired, Silent = coverage.Silent }
            : null,
        Log = report.Run.Log is { } log ? Log(log) : null,
        Interventions = report.Interventions.Count > 0 ? [.. report.Interventions.Select(intervention => Intervention(intervention, language))] : null,
        Baseline = report.Baseline is { } baseline ? BaselineDocument.Of(baseline, report.BaselinePath) : null,
        Distributions = DistributionSelection.Of(report) is { Count: > 0 } distributions ? distributions : null,
        Series = report.Series.All.Count > 0 ? SeriesSelection.Of(report) : null,
    };

    public static string ToolVersion { get; } =
        typeof(DiagnosisReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    private static RunDocument Run(DiagnosisReport report)
    {
        var (run, facts) = (report.Run, report.Diagnosis.Facts);
        return new RunDocument
        {
            Name = run.Name,
            Source = run.Source,
            Framework = FrameworkCatalog.Of(run).Name,
            Situation = run.Situation is { } situation ? new SituationDocument { Pretrained = situation.IsPretrained, Adapter = situation.IsAdapter, Precision = situation.Precision, Model = situation.Model } : null,
            Path = run.Path,
            Steps = StepCount(facts),
            Epochs = facts.Of(Metric.Epoch) is { } epoch && double.IsFinite(epoch.Maximum) ? epoch.Maximum : null,
            Layers = run.Model?.Leaves.Count() ?? MeasuredLayers(report),
            Parameters = run.Model?.ParameterCount,
            Device = run.Device,
            Task = run.Task,
            StartedAt = run.StartedAt?.ToString("O", CultureInfo.InvariantCulture),
            DurationSeconds = report.Duration is { } duration ? Math.Round(duration.TotalSeconds, 3) : null,
        };
    }

    /// <summary>Steps count from 0 in live runs; a log that begins at a later step numbers them from 1.</summary>
    public static long StepCount(RunFacts facts) => facts.FirstStep == 0 ? facts.LastStep + 1 : Math.Max(0, facts.LastStep);

    private static long? MeasuredLayers(DiagnosisReport report)
    {
        int layers = report.Series.All.Where(series => series.Kind == ScopeKind.Layer).Select(series => series.Scope).Distinct().Count();
        return layers > 0 ? layers : null;
    }

    private static ModelDocument Model(ModelDescription model, DiagnosisReport report) => new()
    {
        Type = model.TypeName,
        Loss = report.Run.Loss?.TypeName,
        Optimizer = report.Run.Optimizer?.TypeName,
        Layers =
        [
            .. model.Leaves
                .Select((layer, index) => (Layer: layer, Order: report.Diagnosis.Facts.Of(Metric.CallOrder, layer.Path)?.First ?? double.MaxValue, Index: index))
                .OrderBy(entry => model.IsSequential ? 0 : entry.Order)
                .ThenBy(entry => entry.Index)
                .Select(entry => new LayerDocument
                {
                    Path = entry.Layer.Path,
                    Type = entry.Layer.TypeName,
                    Activation = entry.Layer.Activation is { } activation and not ActivationKind.Other ? activation.ToString() : null,
                    NegativeSlope = entry.Layer.NegativeSlope,
                }),
        ],
    };

    private static LogDocument Log(LogDescription log) => new()
    {
        Format = log.Format,
        Mapped = new SortedDictionary<string, string>(log.MappedColumns.ToDictionary(), StringComparer.Ordinal),
        Unmapped = log.UnmappedColumns,
        Damage = [.. log.Damage.Select(damage => new DamageDocument { Location = damage.Location, Problem = damage.Problem })],
        Notes = log.Notes.Count > 0 ? log.Notes : null,
    };

    private static RuleStatusDocument Status(RuleStatus status, RunFacts facts, ReportLanguage language) => new()
    {
        RuleId = status.Rule.Id,
        Rule = status.Rule.Name,
        Status = status.Outcome,
        Reason = status.Reason is { } reason ? language.Of(reason) : null,
        Needs = RuleNeeds.Of(status, facts),
    };

    private static InterventionDocument Intervention(Intervention intervention, ReportLanguage language) => new()
    {
        Id = intervention.Id,
        Kind = KebabCase.Of(intervention.Kind),
        Step = intervention.Step,
        Message = language.Of(intervention.Message),
        RuleId = intervention.RuleId,
        Layers = intervention.Layers,
        Undone = intervention.IsUndone,
    };

    private static FindingDocument Finding(Finding finding, DiagnosisReport report, ReportLanguage language) => new()
    {
        Id = finding.Id,
        RuleId = finding.Rule.Id,
        Rule = finding.Rule.Name,
        Severity = finding.Severity,
        Confidence = finding.Confidence,
        Title = language.Of(finding.Title),
        Headline = language.Of(report.HeadlineOf(finding)),
        Message = language.Of(finding.Message),
        Layers = finding.Layers,
        FirstStep = finding.FirstStep,
        LastStep = finding.LastStep,
        UntilLastMeasurement = finding.IsOpenEnded ? true : null,
        RecoveredAt = finding.RecoveredAt,
        ConsequenceOf = finding.ConsequenceOf,
        Location = finding.Location is { } place ? new LocationDocument { File = place.File, Line = place.Line, Column = place.Column, What = place.What } : null,
        Analyzer = finding.Rule.IsSeenAtBuild && report.Run.Places.Any(place => place.File.EndsWith(".cs", StringComparison.OrdinalIgnoreCase)) ? finding.Rule.Id : null,
        Evidence = [.. finding.Evidence.Select(Evidence)],
        Causes = [.. finding.Causes.Select(cause => new CauseDocument
        {
            Cause = cause.Cause,
            Likelihood = cause.Likelihood,
            Evidence = [.. cause.Evidence.Select(item => new CauseEvidenceDocument { IsFor = item.IsFor, Measured = Evidence(item.Evidence) })],
        })],
        Remedies = [.. finding.Remedies.Select((remedy, index) => Remedy(remedy, index, report.Trials.GetValueOrDefault(new(finding.Id, RemedyReference.IdOf(index))), language))],
    };

    private static EvidenceDocument Evidence(Evidence evidence) => new()
    {
        Metric = evidence.Metric,
        Layer = string.IsNullOrEmpty(evidence.Layer) ? null : evidence.Layer,
        Step = evidence.Step,
        Value = evidence.Value,
        Limit = evidence.Limit,
        Comparison = evidence.Comparison,
        MeanOf = evidence.MeanOf,
        FromStep = evidence.FromStep,
    };

    private static RemedyDocument Remedy(Remedy remedy, int index, TrialResult? trial, ReportLanguage language) => new()
    {
        Id = RemedyReference.IdOf(index),
        Rank = index + 1,
        Title = language.Of(remedy.Title),
        Actions = [.. remedy.Actions.Select(Action)],
        Rationale = language.Of(remedy.Rationale),
        Caveat = remedy.Caveat is { } caveat ? language.Of(caveat) : null,
        Code = remedy.Code?.ReplaceLineEndings("\n"),
        Framework = remedy.Framework,
        Language = remedy.Language,
        Sources = remedy.Sources,
        Trial = trial is null ? null : Trial(trial, language),
    };

    /// <summary>Returns a change as reports and plans of trials write it.</summary>
    internal static ActionDocument Action(RemedyAction action) => new()
    {
        Kind = action.Kind,
        Layers = action.Layers,
        From = action.From,
        To = action.To,
        Scheme = action.Scheme,
        Factor = action.Factor,
        Value = action.Value,
        Minimum = action.Minimum,
        Maximum = action.Maximum,
        Steps = action.Steps,
        MaxNorm = action.MaxNorm,
        Type = action.Type,
        Method = action.Method,
        Rate = action.Rate,
        Epoch = action.Epoch,
        Step = action.Step,
    };

    private static TrialDocument Trial(TrialResult trial, ReportLanguage language) => new()
    {
        Applied = trial.IsApplied,
        Cured = trial.IsCured,
        Metric = trial.JudgedBy is { } metric ? MetricCatalog.NameOf(metric) : null,
        Before = trial.Before,
        After = trial.After,
        VerdictAfter = trial.VerdictAfter,
        Steps = trial.Steps,
        Note = trial.Note is { } note ? language.Of(note) : null,
        LossBefore = SeriesSelection.Of(trial.LossBefore),
        LossAfter = SeriesSelection.Of(trial.LossAfter),
    };
}
