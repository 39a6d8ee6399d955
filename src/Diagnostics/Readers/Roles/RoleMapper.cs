using TrainingDoctor.Rules.Tasks;

namespace TrainingDoctor.Readers;

/// <summary>Gives columns their roles: by name, by what other columns there are, and by how their first values look.</summary>
internal sealed class RoleMapper(LogFacts facts, LogReadOptions options)
{
    private readonly RolePlan _plan = new();
    private readonly HashSet<string> _datasets = [];
    private List<ColumnSample> _samples = [];

    /// <summary>Judges the columns from the first rows.</summary>
    public RolePlan Map(RowBatch rows)
    {
        _samples = [.. Enumerable.Range(0, facts.Columns.Count).Select(id => new ColumnSample(facts.Columns[id]))];
        for (int row = 0; row < rows.RowCount; row++)
        {
            bool isPlaced = false;
            foreach (var cell in rows[row])
            {
                _samples[cell.Column].Add(cell.Value);
                isPlaced |= _samples[cell.Column].Role.Kind is RoleKind.Step or RoleKind.Epoch;
            }

            foreach (var cell in rows[row])
            {
                _samples[cell.Column].Placed += isPlaced ? 1 : 0;
            }
        }

        _plan.Reserve(_samples.Count);
        PairInitials();
        NameLosses();
        TurnObjectives();
        MapGiven();
        MapAxis();
        _plan.Task = options.Task ?? LearningTask.Guess(_samples.Where(sample => sample.Count > 0).Select(sample => sample.Column.Name), facts.Format) ?? options.TaskBeside;
        if (_plan.Task == TrainingTask.Boosting)
        {
            TakeErrorsForLosses();
        }

        bool isTaskFirst = !TaskProfile.IsMeasuredByLoss(_plan.Task) || _plan.Task == TrainingTask.Preference;
        if (isTaskFirst)
        {
            MapTask();
        }

        var loss = MapTrainingLoss();
        CountCompany(rows, loss);
        MapValidationLoss(loss);
        MapScores();
        MapLearningRate();
        MapBest(Metric.GlobalGradientNorm);
        MapBest(Metric.LossScale);
        MapBest(Metric.SkippedSteps);
        if (!isTaskFirst)
        {
            MapTask();
        }

        MapRank();
        foreach (var sample in Open(Metric.GradientNorm))
        {
            Use(sample, Metric.GradientNorm, sample.Role.Scope, sample.Role.ScopeName);
        }

        return _plan;
    }

    private void NameLosses()
    {
        var before = _samples.ConvertAll(sample => sample.Role);
        NamelessLosses.Name(_samples);
        for (int i = 0; i < before.Count; i++)
        {
            if (_samples[i].Role is { Kind: RoleKind.Metric } role && before[i].Kind == RoleKind.None)
            {
                facts.Doubt(_samples[i].Column.Name, $"{MetricCatalog.NameOf(role.Phase is ColumnPhase.Validation or ColumnPhase.Test ? ForValidation(role.Metric) : role.Metric)}, which its name does not say");
            }
        }
    }

    /// <summary><c>T_Loss</c> beside <c>V_Loss</c> is that of training beside that of validation.</summary>
    private void PairInitials()
    {
        var names = _samples.ConvertAll(sample => ColumnName.Words(sample.Column.Name));
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] is ["t", _, ..] && Twin(names, ["v", .. names[i].Skip(1)]) is { } validation)
            {
                string rest = string.Join(' ', names[i].Skip(1));
                _samples[i].Role = ColumnClassifier.Classify($"train {rest}");
                validation.Role = ColumnClassifier.Classify($"val {rest}");
            }

            // Of the evaluation sets that XGBoost numbers, the first is that of training, where there are several.
            if (names[i] is ["validation", "1", ..] && Twin(names, ["validation", "0", .. names[i].Skip(2)]) is { } first)
            {
                first.Role = ColumnClassifier.Classify($"train {string.Join(' ', names[i].Skip(2))}");
            }
        }
    }

    /// <summary>An objective that is negative throughout and rises is a likelihood, as Kaldi prints it: the loss with its sign turned round.</summary>
    private void TurnObjectives()
    {
        var objectives = _samples.FindAll(sample => sample is { Count: > 0, Maximum: < 0, Role: { Kind: RoleKind.Metric, Metric: Metric.Loss, Sign: NumberSign.AsIs } } && ColumnName.Words(sample.Column.Name).Contains("objective"));
        if (objectives.Exists(sample => sample.Last > sample.First))
        {
            objectives.ForEach(sample => sample.Role = sample.Role with { Sign = NumberSign.Opposite });
        }

        bool hasLoss = Open(Metric.Reward).Any() || Open(Metric.Loss).Any(sample => sample.Role is { Sign: NumberSign.AsIs, Phase: ColumnPhase.Unknown or ColumnPhase.Train });
        foreach (var sample in Open(Metric.Loss).Where(sample => sample.Role.Sign == NumberSign.Opposite).ToList())
        {
            if (hasLoss)
            {
                // Beside a loss of its own it is of something else.
                sample.Role = ColumnRole.None;
            }
            else
            {
                facts.Doubt(sample.Column.Name, "a loss with its sign turned round, as a likelihood is to rise");
            }
        }
    }

    private ColumnSample? Twin(List<List<string>> names, List<string> name) => names.FindIndex(other => other.SequenceEqual(name)) is >= 0 and var index ? _samples[index] : null;

    /// <summary>Judges a column that appeared after the first rows: it may only take what nobody has.</summary>
    public void Extend(int column)
    {
        var sample = new ColumnSample(facts.Columns[column]);
        _plan.Reserve(column + 1);
        if (TakeGiven(sample) || sample.Role.Kind != RoleKind.Metric)
        {
            return;
        }

        var role = sample.Role;
        bool evaluation = role.Phase is ColumnPhase.Validation or ColumnPhase.Test || role.IsUsuallyEvaluation;
        var metric = evaluation ? ForValidation(role.Metric) : role.Metric;
        if (role.Metric == Metric.Loss && role.Rank < 50)
        {
            if (evaluation && IsDataset(sample))
            {
                Use(sample, Metric.ValidationLoss, ScopeKind.Dataset, role.Residual);
            }

            return;
        }

        int scope = _plan.ScopeOf(role.Scope, role.ScopeName);
        if (!_plan.Taken.Contains((metric, scope)))
        {
            Use(sample, metric, role.Scope, role.ScopeName);
        }
    }

    private static Metric ForValidation(Metric metric) => metric switch
    {
        Metric.Loss => Metric.ValidationLoss,
        Metric.Accuracy => Metric.ValidationAccuracy,
        Metric.Error => Metric.ValidationError,
        _ => metric,
    };

    private IEnumerable<ColumnSample> Open(Metric metric) => _samples.Where(sample =>
        sample.Role.Kind == RoleKind.Metric && sample.Role.Metric == metric && sample.Count > 0 && _plan[sample.Column.Id].Use == ColumnUse.Ignore);

    private void Use(ColumnSample sample, Metric metric, ScopeKind kind = ScopeKind.Run, string name = "", ColumnUse use = ColumnUse.Metric) =>
        _plan.Set(sample.Column.Id, new PlannedColumn(use, metric, _plan.ScopeOf(kind, name), sample.Role.Sign));

    private void MapGiven()
    {
        foreach (var sample in _samples)
        {
            TakeGiven(sample);
        }
    }

    private bool TakeGiven(ColumnSample sample)
    {
        foreach (var (role, column) in options.Roles)
        {
            if (column == sample.Column.Name)
            {
                sample.Role = ColumnRole.None;
                if (role == "step")
                {
                    _plan.Set(sample.Column.Id, new PlannedColumn(ColumnUse.Step));
                }
                else if (role == "epoch")
                {
                    _plan.Set(sample.Column.Id, new PlannedColumn(ColumnUse.Epoch));
                }
                else if (RoleNames.TryParse(role, out var metric))
                {
                    Use(sample, metric);
                }

                return true;
            }
        }

        if (sample.Column.Name.EndsWith("train_runtime", StringComparison.Ordinal))
        {
            _plan.Set(sample.Column.Id, new PlannedColumn(ColumnUse.Summary));
            sample.Role = ColumnRole.None;
            return true;
        }

        if (sample.Column.Given is { Kind: RoleKind.Metric } given)
        {
            Use(sample, given.Metric, given.Scope, given.ScopeName);
            sample.Role = ColumnRole.None;
            return true;
        }

        return false;
    }

    private void MapAxis()
    {
        var given = _samples.Select(sample => _plan[sample.Column.Id].Use).ToHashSet();
        if (!given.Contains(ColumnUse.Step) && Widest(RoleKind.Step) is { } step)
        {
            _plan.Set(step.Column.Id, new PlannedColumn(ColumnUse.Step));
        }

        if (!given.Contains(ColumnUse.Epoch) && Widest(RoleKind.Epoch) is { } epoch)
        {
            _plan.Set(epoch.Column.Id, new PlannedColumn(ColumnUse.Epoch));
        }

        NestedAxis();

        // pandas writes its index into a column without a name.
        if (!Enumerable.Range(0, _plan.Count).Any(id => _plan[id].Use is ColumnUse.Step or ColumnUse.Epoch) && _samples.Find(IsNamelessIndex) is { } index)
        {
            _plan.Set(index.Column.Id, new PlannedColumn(ColumnUse.Step));
        }

        foreach (var sample in _samples.Where(sample => sample.Role.Kind == RoleKind.PlannedSteps))
        {
            _plan.Set(sample.Column.Id, new PlannedColumn(ColumnUse.PlannedSteps));
        }
    }

    /// <summary>Where nothing else places the rows, a counter does that stands within a member of each: <c>{"_source": {"epoch": 3, "loss": 0.5}}</c>.</summary>
    private void NestedAxis()
    {
        if (Enumerable.Range(0, _plan.Count).Any(id => _plan[id].Use is ColumnUse.Step or ColumnUse.Epoch))
        {
            return;
        }

        var nested = _samples.Where(sample => sample.Count > 0 && sample.Role.Kind == RoleKind.None && sample.Column.Name.LastIndexOf('/') is > 0)
            .Select(sample => (Sample: sample, Role: ColumnClassifier.Classify(sample.Column.Name[(sample.Column.Name.LastIndexOf('/') + 1)..]))).ToList();
        foreach (var (kind, use) in new[] { (RoleKind.Step, ColumnUse.Step), (RoleKind.Epoch, ColumnUse.Epoch) })
        {
            foreach (var (sample, _) in nested.Where(item => item.Role.Kind == kind).OrderByDescending(item => item.Sample.Count).ThenByDescending(item => item.Role.Rank).Take(1))
            {
                _plan.Set(sample.Column.Id, new PlannedColumn(use));
            }
        }
    }

    private static bool IsNamelessIndex(ColumnSample sample) =>
        sample is { Count: > 1, First: 0 or 1 } && sample.Last >= sample.First && (sample.Column.Name.Trim() is "" or "index" or "idx" || sample.Column.Name.StartsWith("Unnamed: ", StringComparison.Ordinal));

    /// <summary>The best-named column among those that most rows have.</summary>
    private ColumnSample? Widest(RoleKind kind)
    {
        var candidates = _samples.Where(sample => sample.Role.Kind == kind && sample.Count > 0).ToList();
        int most = candidates.Select(sample => sample.Count).DefaultIfEmpty().Max();
        return candidates.Where(sample => 2 * sample.Count >= most).MaxBy(sample => sample.Role.Rank);
    }

    private List<ColumnSample> MapTrainingLoss()
    {
        if (_plan.Taken.Contains((Metric.Loss, 0)))
        {
            return [.. _samples.Where(sample => _plan[sample.Column.Id] is { Use: ColumnUse.Metric, Metric: Metric.Loss })];
        }

        var candidates = Open(Metric.Loss).Where(sample => sample.Role.Phase is ColumnPhase.Unknown or ColumnPhase.Train).ToList();
        return MapLoss(candidates, Metric.Loss, count => _plan.TrainingParts = count);
    }

    private List<ColumnSample> MapLoss(List<ColumnSample> candidates, Metric metric, Action<int> parts)
    {
        if (candidates.Count == 0)
        {
            return [];
        }

        // A column with next to no values, such as a closing summary, must not stand for the curve.
        int most = candidates.Max(sample => sample.Count);
        var curves = candidates.Where(sample => 10 * sample.Count >= most || sample.Role.Rank >= 95).ToList();
        var best = curves.OrderByDescending(sample => Fit(sample, most)).ThenByDescending(sample => 2 * sample.Placed >= sample.Count).ThenByDescending(sample => sample.Count).ThenByDescending(sample => sample.Role.Phase == ColumnPhase.Train)
            .ThenBy(sample => sample.Column.Name.Length).ThenBy(sample => sample.Column.Name, StringComparer.Ordinal).First();
        if (best.Role.Rank < 50)
        {
            var pieces = curves.Where(sample => sample.Count == best.Count && RoleLexicon.IsPart(sample.Role.Residual)).ToList();
            if (facts.SumsLossParts && pieces.Count > 1)
            {
                pieces.ForEach(piece => Use(piece, metric, use: ColumnUse.Part));
                parts(pieces.Count);
                return pieces;
            }

            best = curves.Where(sample => 2 * sample.Count >= most).OrderByDescending(sample => sample.Role.Rank).ThenByDescending(sample => sample.Count).First();
        }

        Use(best, metric);
        return [best];
    }

    private static int Fit(ColumnSample sample, int most) => Math.Min(sample.Role.Rank, 98) - (3 * sample.Count < most ? 45 : 0);

    private void CountCompany(RowBatch rows, List<ColumnSample> losses)
    {
        if (losses.Count == 0)
        {
            return;
        }

        int loss = losses[0].Column.Id;
        for (int row = 0; row < rows.RowCount; row++)
        {
            var cells = rows[row];
            bool has = false;
            foreach (var cell in cells)
            {
                has |= cell.Column == loss;
            }

            for (int i = 0; has && i < cells.Length; i++)
            {
                _samples[cells[i].Column].WithLoss++;
            }
        }
    }

    private void MapValidationLoss(List<ColumnSample> training)
    {
        if (_plan.Taken.Contains((Metric.ValidationLoss, 0)))
        {
            return;
        }

        var validation = Open(Metric.Loss).Where(sample => sample.Role.Phase == ColumnPhase.Validation).ToList();
        var test = Open(Metric.Loss).Where(sample => sample.Role.Phase == ColumnPhase.Test).ToList();
        int rows = training.Select(sample => sample.Count).DefaultIfEmpty().Max();

        // Test sets that were looked at all along serve as validation where there is none; one look at the end does not.
        var candidates = validation.Count > 0 ? validation : test.Where(sample => IsCurve(sample, rows) || facts.IsPrinted).ToList();
        if (candidates.Count == 0)
        {
            return;
        }

        var trainingResiduals = _samples.Where(sample => sample.Role is { Metric: Metric.Loss, Kind: RoleKind.Metric, Phase: ColumnPhase.Train or ColumnPhase.Unknown })
            .Select(sample => sample.Role.Residual).ToHashSet();
        var whole = candidates.Where(sample => sample.Role.Rank >= 50).ToList();
        var twins = candidates.Where(sample => training.Exists(t => t.Role.Residual == sample.Role.Residual)).ToList();
        var main = MapLoss(whole.Count > 0 ? whole : twins.Count > 0 ? twins : candidates, Metric.ValidationLoss, count => _plan.ValidationParts = count);
        foreach (var sample in candidates.Concat(validation.Count > 0 ? test : []).Except(main))
        {
            string name = sample.Role.Phase == ColumnPhase.Test && sample.Role.Residual.Length == 0 ? "test" : sample.Role.Residual;
            if (name.Length > 0 && IsDataset(sample) && !(trainingResiduals.Contains(name) && main.TrueForAll(m => m.Role.Rank >= 50)))
            {
                _datasets.Add(name);
                Use(sample, Metric.ValidationLoss, ScopeKind.Dataset, name);
            }
        }

        foreach (var sample in main.Where(sample => IsDataset(sample) && sample.Role.Residual.Length > 0))
        {
            _datasets.Add(sample.Role.Residual);
        }
    }

    /// <summary>A look or two at a test set after training is no curve.</summary>
    private static bool IsCurve(ColumnSample sample, int rows) => sample.Count > 2 ? 20 * sample.Count >= rows : rows < 5;

    private static bool IsDataset(ColumnSample sample) => !sample.Role.Residual.Split('_').Any(RoleLexicon.IsPart);

    private void MapScores()
    {
        MapScore(Metric.Accuracy);
        MapScore(Metric.Error);
    }

    private void MapScore(Metric metric)
    {
        var all = Open(metric).Where(sample => !IsOfParts(sample)).ToList();
        var evaluation = all.Where(IsOfEvaluation).ToList();
        var training = all.Except(evaluation).ToList();
        var validation = ForValidation(metric);
        var main = Best(evaluation.Where(sample => sample.Role.Phase != ColumnPhase.Test)) ?? Best(evaluation.Where(sample => IsCurve(sample, _samples.Max(other => other.Role.Kind == RoleKind.Metric ? other.Count : 0))));
        main ??= facts.IsPrinted ? Best(evaluation) : null;
        if (main is not null && !_plan.Taken.Contains((validation, 0)))
        {
            Use(main, validation);
            foreach (var sample in evaluation.Where(sample => sample != main && _datasets.Contains(sample.Role.Residual)))
            {
                if (!_plan.Taken.Contains((validation, _plan.ScopeOf(ScopeKind.Dataset, sample.Role.Residual))))
                {
                    Use(sample, validation, ScopeKind.Dataset, sample.Role.Residual);
                }
            }
        }

        // The training score that pairs with the validation score says more than any other.
        int most = training.Select(sample => sample.Count).DefaultIfEmpty().Max();
        var twin = main is null ? null : training.Find(sample => Key(sample) == Key(main) && 4 * sample.Count >= most);
        if ((twin ?? Best(training)) is { } best && !_plan.Taken.Contains((metric, 0)))
        {
            Use(best, metric);
        }
    }

    private static string Key(ColumnSample sample) =>
        string.Join(' ', ColumnName.Words(sample.Column.Name).Where(word => RoleLexicon.PhaseOf(word) == ColumnPhase.Unknown));

    private bool IsOfEvaluation(ColumnSample sample)
    {
        if (sample.Role.Phase != ColumnPhase.Unknown)
        {
            return sample.Role.Phase != ColumnPhase.Train;
        }

        // No phase in the name: with a twin that says "val" it is of training; so it is when it always comes with the training loss.
        string key = Key(sample);
        if (_samples.Exists(other => other.Role.Phase == ColumnPhase.Validation && other.Role.Metric == sample.Role.Metric && Key(other) == key))
        {
            return false;
        }

        int lossRows = _samples.Select(other => _plan[other.Column.Id] is { Metric: Metric.Loss, Use: not ColumnUse.Ignore } && (!facts.IsPrinted || _plan[other.Column.Id].Use is ColumnUse.Metric or ColumnUse.Part) ? other.Count : 0).DefaultIfEmpty().Max();
        bool alone = lossRows > 0 && sample.WithLoss == 0;
        bool rare = lossRows >= 10 && 2 * sample.Count < lossRows;
        bool isBehindValidation = IsBehindValidation(sample);
        bool ofUltralytics = facts.SumsLossParts && sample.Column.Name.TrimStart().StartsWith("metrics/", StringComparison.OrdinalIgnoreCase);
        return sample.Role.IsUsuallyEvaluation || alone || rare || isBehindValidation || ofUltralytics;
    }

    /// <summary>Of a printed score that tells no place, and comes more often than the losses that tell theirs, nobody knows what it is of: Darknet prints one for each layer.</summary>
    private bool IsOfParts(ColumnSample sample) => facts.IsPrinted && sample.Placed == 0 && sample.Role.Phase == ColumnPhase.Unknown
        && _samples.Exists(other => _plan[other.Column.Id] is { Metric: Metric.Loss, Use: ColumnUse.Metric } && other.Placed == other.Count && other.Count < sample.Count);

    /// <summary>fastai and Hugging Face head their tables "train_loss valid_loss accuracy": what comes behind both losses was measured with the second.</summary>
    private bool IsBehindValidation(ColumnSample sample)
    {
        var losses = _samples.Where(other => other.Count > 0 && other.Role is { Kind: RoleKind.Metric, Metric: Metric.Loss, Rank: >= 95 }).ToList();
        return losses is [{ Role.Phase: ColumnPhase.Train } train, { Role.Phase: ColumnPhase.Validation } validation] && train.Column.Id < validation.Column.Id && validation.Column.Id < sample.Column.Id
            && validation.Count >= sample.Count && !_samples.Exists(other => other.Role is { Kind: RoleKind.Metric, Metric: Metric.Accuracy or Metric.Error, Phase: not ColumnPhase.Unknown });
    }

    private static ColumnSample? Best(IEnumerable<ColumnSample> samples)
    {
        var list = samples.ToList();
        int most = list.Select(sample => sample.Count).DefaultIfEmpty().Max();
        return list.Where(sample => 4 * sample.Count >= most).OrderByDescending(sample => sample.Role.Rank).ThenByDescending(sample => sample.Count).FirstOrDefault();
    }

    private void MapBest(Metric metric)
    {
        if (!_plan.Taken.Contains((metric, 0)) && Best(Open(metric)) is { } best)
        {
            Use(best, metric);
        }
    }

    /// <summary>What trees are grown on is the metric that is printed: where there is no loss, the error is.</summary>
    private void TakeErrorsForLosses()
    {
        if (!Open(Metric.Loss).Any())
        {
            Open(Metric.Error).ToList().ForEach(sample => sample.Role = sample.Role with { Metric = Metric.Loss, Rank = 100, Residual = string.Empty });
        }
    }

    /// <summary>The numbers that only this kind of training has.</summary>
    private void MapTask()
    {
        var open = _samples.Where(sample => _plan[sample.Column.Id].Use == ColumnUse.Ignore && sample.Role is not { Metric: Metric.LearningRate or Metric.GlobalGradientNorm, Kind: RoleKind.Metric }).ToList();
        foreach (var (sample, role) in TaskColumns.Choose(open, _plan.Task))
        {
            int scope = role.Part.Length == 0 ? 0 : _plan.ScopeOf(ScopeKind.Part, role.Part);
            if (!_plan.Taken.Contains((role.Metric, scope)))
            {
                _plan.Set(sample.Column.Id, new PlannedColumn(ColumnUse.Metric, role.Metric, scope, role.Sign));
            }
        }

        // A reward is one whatever else the names say: an agent that prints a loss beside it gives no task away.
        MapBest(Metric.Reward);
    }

    /// <summary>What only the comparison of ranks makes use of: nobody judges a single run by it.</summary>
    private void MapRank()
    {
        if (!options.IsRank && !_samples.Exists(sample => sample.Count > 0 && RunLabels.IsRank(sample.Column.Name)))
        {
            return;
        }

        foreach (var metric in new[] { Metric.GlobalWeightNorm, Metric.StepDuration })
        {
            var named = _samples.Find(sample => sample.Count > 0 && _plan[sample.Column.Id].Use == ColumnUse.Ignore && RankColumns.MetricOf(sample.Column.Name) == metric);
            if (named is not null && !_plan.Taken.Any(taken => taken.Metric == metric))
            {
                Use(named, metric);
            }
        }
    }

    private void MapLearningRate()
    {
        if (_plan.Taken.Contains((Metric.LearningRate, 0)))
        {
            return;
        }

        // Ultralytics warms up the bias group from far above the others: of three groups the middle one is the rate.
        var groups = Open(Metric.LearningRate).ToList();
        if (facts.SumsLossParts && groups.Count >= 3)
        {
            groups.Take(3).ToList().ForEach(group => Use(group, Metric.LearningRate, use: ColumnUse.Median));
        }
        else
        {
            MapBest(Metric.LearningRate);
        }
    }
}
