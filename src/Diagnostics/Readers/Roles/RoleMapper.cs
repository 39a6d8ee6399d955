using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Ranks;
using TrainingDoctor.Readers.Rows;
using TrainingDoctor.Readers.Runs;
using TrainingDoctor.Readers.Times;
using TrainingDoctor.Rules.Tasks;

namespace TrainingDoctor.Readers.Roles;

/// <summary>Gives columns their roles: by name, by what other columns there are, and by how their first values look.</summary>
internal sealed class RoleMapper(LogFacts facts, LogReadOptions options)
{
    private readonly RoleDraft _draft = new();

    /// <summary>Judges the columns from the first rows.</summary>
    public RolePlan Map(RowBatch rows)
    {
        _draft.Samples = [.. Enumerable.Range(0, facts.Columns.Count).Select(id => new ColumnSample(facts.Columns[id]))];
        for (int row = 0; row < rows.RowCount; row++)
        {
            bool isPlaced = false;
            foreach (var cell in rows[row])
            {
                _draft.Samples[cell.Column].Add(cell.Value);
                isPlaced |= _draft.Samples[cell.Column].Role.Kind is RoleKind.Step or RoleKind.Epoch;
            }

            foreach (var cell in rows[row])
            {
                _draft.Samples[cell.Column].Placed += isPlaced ? 1 : 0;
            }
        }

        _draft.Plan.Reserve(_draft.Samples.Count);
        new RolesInCompany(_draft, facts).Judge();
        MapGiven();
        new AxisRoles(_draft).Map();
        _draft.Plan.Task = options.Task ?? LearningTask.Guess(_draft.Samples.Where(sample => sample.Count > 0).Select(sample => sample.Column.Name), facts.Format) ?? options.TaskBeside;
        if (_draft.Plan.Task == TrainingTask.Boosting)
        {
            TakeErrorsForLosses();
        }

        bool isTaskFirst = !TaskProfile.IsMeasuredByLoss(_draft.Plan.Task) || _draft.Plan.Task == TrainingTask.Preference;
        if (isTaskFirst)
        {
            MapTask();
        }

        var losses = new LossRoles(_draft, facts);
        var training = losses.MapTraining();
        losses.CountCompany(rows, training);
        losses.MapValidation(training);
        new ScoreRoles(_draft, facts).Map();
        MapLearningRate();
        _draft.TakeBest(Metric.GlobalGradientNorm);
        _draft.TakeBest(Metric.LossScale);
        _draft.TakeBest(Metric.SkippedSteps);
        if (!isTaskFirst)
        {
            MapTask();
        }

        MapRank();
        foreach (var sample in _draft.Open(Metric.GradientNorm))
        {
            _draft.Use(sample, Metric.GradientNorm, sample.Role.Scope, sample.Role.ScopeName);
        }

        new TimeRoles(_draft).Map();
        return _draft.Plan;
    }

    /// <summary>Judges a column that appeared after the first rows: it may only take what nobody has.</summary>
    public void Extend(int column)
    {
        var sample = new ColumnSample(facts.Columns[column]);
        _draft.Plan.Reserve(column + 1);
        if (TakeGiven(sample) || sample.Role.Kind != RoleKind.Metric)
        {
            return;
        }

        var role = sample.Role;
        bool evaluation = role.Phase is ColumnPhase.Validation or ColumnPhase.Test || role.IsUsuallyEvaluation;
        var metric = evaluation ? RoleDraft.ForValidation(role.Metric) : role.Metric;
        if (role.Metric == Metric.Loss && role.Rank < 50)
        {
            if (evaluation && LossRoles.IsDataset(sample))
            {
                _draft.Use(sample, Metric.ValidationLoss, ScopeKind.Dataset, role.Residual);
            }

            return;
        }

        int scope = _draft.Plan.ScopeOf(role.Scope, role.ScopeName);
        if (!_draft.Plan.Taken.Contains((metric, scope)))
        {
            _draft.Use(sample, metric, role.Scope, role.ScopeName);
        }
    }

    private void MapGiven()
    {
        foreach (var sample in _draft.Samples)
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
                    _draft.Plan.Set(sample.Column.Id, new PlannedColumn(ColumnUse.Step));
                }
                else if (role == "epoch")
                {
                    _draft.Plan.Set(sample.Column.Id, new PlannedColumn(ColumnUse.Epoch));
                }
                else if (role == "elapsed")
                {
                    _draft.Plan.Set(sample.Column.Id, new PlannedColumn(ColumnUse.Time) { Scale = TimeNames.UnitOf(column) });
                }
                else if (RoleNames.TryParse(role, out var metric))
                {
                    _draft.Use(sample, metric);
                }

                return true;
            }
        }

        if (sample.Column.Name.EndsWith("train_runtime", StringComparison.Ordinal))
        {
            _draft.Plan.Set(sample.Column.Id, new PlannedColumn(ColumnUse.Summary));
            sample.Role = ColumnRole.None;
            return true;
        }

        if (sample.Column.Given is { Kind: RoleKind.Metric } given)
        {
            _draft.Use(sample, given.Metric, given.Scope, given.ScopeName);
            sample.Role = ColumnRole.None;
            return true;
        }

        return false;
    }

    /// <summary>What trees are grown on is the metric that is printed: where there is no loss, the error is.</summary>
    private void TakeErrorsForLosses()
    {
        // What is written as JSON has its set's name before a slash: training/l2.
        foreach (var sample in _draft.Samples.Where(sample => sample.Role.Kind == RoleKind.None && sample.Column.Name.Contains('/', StringComparison.Ordinal)))
        {
            if (ColumnName.Words(sample.Column.Name) is [var set, .., var measured] && RoleLexicon.PhaseOf(set) is not ColumnPhase.Unknown and var phase && RoleLexicon.IsErrorOfTrees(measured))
            {
                sample.Role = new ColumnRole(RoleKind.Metric) { Metric = Metric.Error, Phase = phase, Rank = 340 };
            }
        }

        if (!_draft.Open(Metric.Loss).Any())
        {
            // Of several errors the first is that of the objective, for each set alike.
            var names = new List<string>();
            foreach (var sample in _draft.Open(Metric.Error).OrderBy(sample => sample.Column.Id).ToList())
            {
                string name = ColumnName.Words(sample.Column.Name)[^1];
                if (!names.Contains(name))
                {
                    names.Add(name);
                }

                sample.Role = sample.Role with { Metric = Metric.Loss, Rank = Math.Max(60, 98 - names.IndexOf(name)), Residual = string.Empty };
            }
        }
    }

    /// <summary>The numbers that only this kind of training has.</summary>
    private void MapTask()
    {
        var open = _draft.Samples.Where(sample => _draft.Plan[sample.Column.Id].Use == ColumnUse.Ignore && sample.Role is not { Metric: Metric.LearningRate or Metric.GlobalGradientNorm, Kind: RoleKind.Metric }).ToList();
        foreach (var (sample, role) in TaskColumns.Choose(open, _draft.Plan.Task))
        {
            int scope = role.Part.Length == 0 ? 0 : _draft.Plan.ScopeOf(ScopeKind.Part, role.Part);
            if (!_draft.Plan.Taken.Contains((role.Metric, scope)))
            {
                _draft.Plan.Set(sample.Column.Id, new PlannedColumn(ColumnUse.Metric, role.Metric, scope, role.Sign));
            }
        }

        // A reward is one whatever else the names say: an agent that prints a loss beside it gives no task away.
        _draft.TakeBest(Metric.Reward);
    }

    /// <summary>What only the comparison of ranks makes use of: nobody judges a single run by it.</summary>
    private void MapRank()
    {
        if (!options.IsRank && !_draft.Samples.Exists(sample => sample.Count > 0 && RunLabels.IsRank(sample.Column.Name)))
        {
            return;
        }

        foreach (var metric in new[] { Metric.GlobalWeightNorm, Metric.StepDuration })
        {
            var named = _draft.Samples.Find(sample => sample.Count > 0 && _draft.Plan[sample.Column.Id].Use == ColumnUse.Ignore && RankColumns.MetricOf(sample.Column.Name) == metric);
            if (named is not null && !_draft.Plan.Taken.Any(taken => taken.Metric == metric))
            {
                _draft.Use(named, metric);
            }
        }
    }

    private void MapLearningRate()
    {
        if (_draft.Plan.Taken.Contains((Metric.LearningRate, 0)))
        {
            return;
        }

        // Ultralytics warms up the bias group from far above the others: of three groups the middle one is the rate.
        var groups = _draft.Open(Metric.LearningRate).ToList();
        if (facts.SumsLossParts && groups.Count >= 3)
        {
            groups.Take(3).ToList().ForEach(group => _draft.Use(group, Metric.LearningRate, use: ColumnUse.Median));
        }
        else
        {
            _draft.TakeBest(Metric.LearningRate);
        }
    }
}
