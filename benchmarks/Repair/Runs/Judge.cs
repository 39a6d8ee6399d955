using TorchSharp;
using TrainingDoctor.Corpus;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>Measures every training of a program as it ends, after its monitor has taken its hooks off.</summary>
/// <param name="program">The program.</param>
internal sealed class Judge(CorpusProgram program) : ITrainingObserver
{
    private ValidationScore? _last;

    /// <summary>Gets what was measured, one entry per training.</summary>
    public List<(double? Skill, double? TrainingSkill, double? Loss, string? LossName)> Trainings { get; } = [];

    /// <summary>Gets the trainings' steps.</summary>
    public int Steps { get; private set; }

    /// <summary>Puts the last measurement beside the doctor's report of the same training.</summary>
    /// <param name="index">The training.</param>
    /// <param name="report">Its report.</param>
    public Judgement With(Index index, DiagnosisReport report)
    {
        var (skill, training, loss, name) = Trainings[index];
        return new Judgement(
            skill,
            training,
            loss,
            name,
            report.Verdict,
            report.Primary?.Rule.Name,
            [.. report.Findings.Where(finding => finding.Severity >= Severity.Warning).Select(finding => finding.Rule.Name).Distinct()]);
    }

    public void Started(TrainingState state) => _last = null;

    public void Stepped(TrainingState state, TrainingBatch batch, torch.Tensor loss) => Steps++;

    public void Validated(TrainingState state, ValidationScore score) => _last = score;

    public void Completed(TrainingState state)
    {
        double? training = CorpusRunner.MeasureSkill(program, state, onValidation: false);
        double? held = state.Data.Validation is null ? training : CorpusRunner.MeasureSkill(program, state, onValidation: true);
        Trainings.Add((held, training, _last?.Loss, state.Loss?.GetName()));
    }
}
