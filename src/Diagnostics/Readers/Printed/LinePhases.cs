using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Of which phase the numbers of a printed line are: lines, and lines over them, tell it in many ways.</summary>
/// <param name="roles">What their words mean.</param>
/// <param name="facts">What is known of the log.</param>
internal sealed class LinePhases(TextRoles roles, LogFacts facts)
{
    private const int LongestHeading = 100;
    private const int MostWordsOfHeading = 4;
    private const int LongestPhase = 16;

    private readonly HashSet<string> _underHeading = new(StringComparer.Ordinal);
    private List<LabelledNumber> _numbers = [];
    private string _phaseOfScores = string.Empty;
    private string _lastPhase = string.Empty;
    private bool _isUnderHeading;
    private bool _hasEvaluated;
    private bool _namesPhase;
    private double _epoch = double.NegativeInfinity;
    private bool _isEvaluation;
    private ColumnPhase _heading;

    /// <summary>Gets a value indicating whether the last heading was that of an evaluation.</summary>
    public bool HeadsEvaluation => _isUnderHeading;

    /// <summary><c>Validation:</c> or <c>testing in eval mode ...</c> on a line of its own is about the lines that follow.</summary>
    public void ReadHeading(string line)
    {
        if (line.Length is 0 or > LongestHeading)
        {
            return;
        }

        var words = ColumnName.Words(line);
        if (words.Count is > 0 and <= MostWordsOfHeading && TextRoles.PhaseOfHeading(words) is not ColumnPhase.Unknown and var phase)
        {
            StandUnder(phase);
        }
    }

    /// <summary>Takes the numbers of a line, and names those that only a phase is told of.</summary>
    /// <param name="numbers">The numbers; changed in place.</param>
    /// <param name="heading">The phase of the last heading within the line.</param>
    /// <param name="isHeading">Whether the line ends as one does that others stand under.</param>
    /// <param name="alone">The phase that the line tells and nothing else but where it was; unknown for other lines.</param>
    public void Begin(List<LabelledNumber> numbers, ColumnPhase heading, bool isHeading, ColumnPhase alone)
    {
        _numbers = numbers;
        _heading = heading;
        EndHeading();
        if (alone != ColumnPhase.Unknown)
        {
            StandUnder(alone);
        }
        else
        {
            BeginHeading(isHeading);
        }

        _isEvaluation = IsUnderHeading() || (IsEvaluation(heading) && !numbers.Exists(number => IsEvaluation(number.Phase) && number.Label.Length > 0 && (number.IsAssigned || roles.Of(number.Label).Kind == RoleKind.Metric)));
        _lastPhase = string.Empty;
        SplitPairs();
        NameBarePhases();
        _phaseOfScores = PhaseOfScores();
    }

    /// <summary>Tells whether a number is of an evaluation because a heading says so.</summary>
    public bool IsEvaluated(LabelledNumber number) => _isEvaluation || IsEvaluation(number.Phase);

    /// <summary>Gets what is to be put before the words of a number; to be asked in the order of the line.</summary>
    public string PrefixOf(int index)
    {
        var number = _numbers[index];
        var role = roles.Of(number.Label);
        _lastPhase = role.Kind == RoleKind.Metric && role.Phase != ColumnPhase.Unknown ? PrefixOf(role.Phase) : _lastPhase;
        return IsEvaluated(number) && role.Phase is ColumnPhase.Unknown or ColumnPhase.Train ? number.Phase == ColumnPhase.Test || (number.Phase == ColumnPhase.Unknown && _heading == ColumnPhase.Test) ? "test/" : "val/"
            : role.Phase != ColumnPhase.Unknown ? string.Empty
            : IsRepeated(index) ? _lastPhase
            : IsScore(role) ? _phaseOfScores
            : string.Empty;
    }

    private static bool IsEvaluation(ColumnPhase phase) => phase is ColumnPhase.Validation or ColumnPhase.Test;

    private static bool IsScore(ColumnRole role) => role is { Kind: RoleKind.Metric, Metric: Metric.Accuracy or Metric.Error };

    private static string PrefixOf(ColumnPhase phase) => phase switch { ColumnPhase.Validation => "val/", ColumnPhase.Test => "test/", _ => string.Empty };

    /// <summary><c>Validation Results, Epoch 1:</c> is about the lines that follow.</summary>
    private void BeginHeading(bool isHeading)
    {
        if (isHeading && _heading != ColumnPhase.Unknown && _numbers.Count > 0 && !_numbers.Exists(number => roles.Of(number.Label).Kind is not (RoleKind.Epoch or RoleKind.Step)))
        {
            StandUnder(_heading);
        }
    }

    private void StandUnder(ColumnPhase phase)
    {
        _isUnderHeading = IsEvaluation(phase);
        _hasEvaluated = false;
        _underHeading.Clear();
        _namesPhase = false;
    }

    /// <summary>Where another epoch begins, in a line of its own, the evaluation of the one before is over.</summary>
    private void EndHeading()
    {
        foreach (var number in _numbers)
        {
            var kind = roles.Of(number.Label).Kind;
            if (kind == RoleKind.Metric)
            {
                return;
            }

            if (kind == RoleKind.Epoch && number.Value != _epoch)
            {
                _isUnderHeading &= !_hasEvaluated;
                _epoch = number.Value;
            }
        }
    }

    /// <summary>Tells whether a heading holds for a line: until a name comes up again, which is that of the training that went on, or one says "train".</summary>
    private bool IsUnderHeading()
    {
        for (int i = 0; _isUnderHeading && i < _numbers.Count; i++)
        {
            var role = roles.Of(_numbers[i].Label);
            if (role.Kind == RoleKind.Metric && role.Phase == ColumnPhase.Unknown && _namesPhase)
            {
                // Where the names below the heading tell the phase themselves, one that does not is of the training that went on.
                return _isUnderHeading = false;
            }

            _namesPhase |= role.Kind == RoleKind.Metric && IsEvaluation(role.Phase);
            _isUnderHeading = role.Kind != RoleKind.Metric || (role.Phase != ColumnPhase.Train && _numbers[i].Phase != ColumnPhase.Train && _underHeading.Add(_numbers[i].Label));
            _hasEvaluated |= role.Kind == RoleKind.Metric;
        }

        return _isUnderHeading;
    }

    /// <summary><c>Val loss: 2.4, Acc: 31 %</c>: scores of no phase are of that of the loss before them, where the line speaks of no other.</summary>
    private string PhaseOfScores()
    {
        var phase = ColumnPhase.Unknown;
        foreach (var number in _numbers)
        {
            var role = roles.Of(number.Label);
            bool isLoss = role.Metric == Metric.Loss;
            if (role.Kind != RoleKind.Metric || !(isLoss || IsScore(role)))
            {
                continue;
            }

            bool begins = phase == ColumnPhase.Unknown;
            if (role.Phase == ColumnPhase.Unknown ? begins || isLoss : !begins && role.Phase != phase)
            {
                return string.Empty;
            }

            phase = role.Phase == ColumnPhase.Unknown ? phase : role.Phase;
        }

        return PrefixOf(phase);
    }

    /// <summary><c>Train Loss: 0.2 Acc: 0.9 | Val Loss: 0.3 Acc: 0.8</c>: a name that comes again is that of the phase named last.</summary>
    private bool IsRepeated(int index)
    {
        for (int i = 0; i < index; i++)
        {
            if (_numbers[i].Label == _numbers[index].Label)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary><c>Train/Val Loss: 0.52/0.61</c> is a number for each phase.</summary>
    private void SplitPairs()
    {
        for (int i = 0; i < _numbers.Count; i++)
        {
            var number = _numbers[i];
            if (number.Total == 0 || !number.Label.Contains('/'))
            {
                continue;
            }

            var words = ColumnName.Words(number.Label).ConvertAll(word => word switch { "t" => "train", "v" => "val", _ => word });
            var phases = words.FindAll(word => RoleLexicon.PhaseOf(word) != ColumnPhase.Unknown);
            if (phases.Count == 2)
            {
                string rest = string.Join(' ', words.Except(phases));
                _numbers[i] = number with { Label = $"{phases[0]} {rest}", Total = 0 };
                _numbers.Insert(++i, number with { Label = $"{phases[1]} {rest}", Value = number.Total, Total = 0 });
            }
        }
    }

    /// <summary>
    /// <c>Epoch 3 | Train: 0.52 | Val: 0.61</c>: of phases alone, the losses are meant; beside a loss, as in <c>Loss: 0.5, Train: 0.93, Val: 0.88</c>, the scores, where they can be shares.
    /// </summary>
    private void NameBarePhases()
    {
        if (!_numbers.Exists(number => BarePhaseOf(number) != ColumnPhase.Unknown))
        {
            return;
        }

        bool isCounted = false;
        bool isTrained = false;
        bool isEvaluated = false;
        bool hasLoss = false;
        bool areShares = true;
        bool arePercents = false;
        foreach (var number in _numbers)
        {
            var role = roles.Of(number.Label);
            isCounted |= role.Kind is RoleKind.Epoch or RoleKind.Step || number.IsBareCounter;
            hasLoss |= role is { Kind: RoleKind.Metric, Metric: Metric.Loss };
            var phase = BarePhaseOf(number);
            isTrained |= phase == ColumnPhase.Train;
            isEvaluated |= IsEvaluation(phase);
            areShares &= phase == ColumnPhase.Unknown || number.Value is >= 0 and <= 1 || number.IsPercent;
            arePercents |= phase != ColumnPhase.Unknown && number.IsPercent;
        }

        if (isCounted && !isTrained && isEvaluated && hasLoss && LossBefore() is { } loss)
        {
            // "loss 0.5 val 0.6".
            for (int i = 0; i < _numbers.Count; i++)
            {
                if (IsEvaluation(BarePhaseOf(_numbers[i])))
                {
                    _numbers[i] = _numbers[i] with { Label = $"{_numbers[i].Label} {loss}" };
                    facts.Doubt(_numbers[i].Label, "the loss of an evaluation, as it stands beside a loss without a name of its own");
                }
            }
        }

        if (!isCounted || !isTrained || !isEvaluated || (hasLoss && !areShares))
        {
            return;
        }

        for (int i = 0; i < _numbers.Count; i++)
        {
            if (BarePhaseOf(_numbers[i]) != ColumnPhase.Unknown)
            {
                _numbers[i] = _numbers[i] with { Label = _numbers[i].Label + (hasLoss || arePercents ? " accuracy" : " loss") };
                facts.NamedByPhase.TryAdd(_numbers[i].Label, true);
            }
        }
    }

    /// <summary>Finds the name of the loss of no phase that is the only measurement before an evaluation which is not named.</summary>
    private string? LossBefore()
    {
        string? loss = null;
        foreach (var number in _numbers)
        {
            if (IsEvaluation(BarePhaseOf(number)))
            {
                return loss;
            }

            var role = roles.Of(number.Label);
            if (role.Kind == RoleKind.Metric && role.Metric != Metric.LearningRate)
            {
                if (loss is not null || role is not { Metric: Metric.Loss, Phase: ColumnPhase.Unknown })
                {
                    return null;
                }

                loss = number.Label;
            }
        }

        return null;
    }

    private static ColumnPhase BarePhaseOf(LabelledNumber number) =>
        number.Total > 0 || number.Label.Length is 0 or > LongestPhase ? ColumnPhase.Unknown : PhaseOfWord(number.Label);

    private static ColumnPhase PhaseOfWord(string label) => ColumnName.Words(label) is [var word] ? RoleLexicon.PhaseOf(word) : ColumnPhase.Unknown;
}
