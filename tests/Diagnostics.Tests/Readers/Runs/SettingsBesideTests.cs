using TrainingDoctor.Differences;
using TrainingDoctor.Monitoring;
using TrainingDoctor.Readers;
using TrainingDoctor.Readers.Roles;
using TrainingDoctor.Readers.Runs;

namespace TrainingDoctor.Tests.Readers.Runs;

/// <summary>What was set differently in the files beside the logs, as frameworks and trackers write them.</summary>
public sealed class SettingsBesideTests : IDisposable
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    [Theory]
    [InlineData("hparams.yaml", "batch_size: 32\noptimizer:\n  lr: 1e-3\n  betas: [0.9, 0.99]\nname: !!python/object/apply:os.path []\n", "optimizer.lr", "0.001")]
    [InlineData("config.json", "{\"train\":{\"lr\":0.0010,\"amp\":true}}", "train.lr", "0.001")]
    [InlineData("config.yaml", "_wandb:\n  value: {cli_version: 0.16}\nlr:\n  desc: null\n  value: 0.001\n", "lr", "0.001")]
    [InlineData("params/lr", "0.001\n", "lr", "0.001")]
    [InlineData(".hydra/config.yaml", "optim:\n  lr: 0.001\n", "optim.lr", "0.001")]
    [InlineData("run.yaml", "lr: 0.001\n", "lr", "0.001")]
    public void SettingsAreReadWhereToolsLeaveThem(string file, string text, string name, string value) => Assert.Equal(value, Beside((file, text)).Settings[name]);

    [Theory]
    [InlineData("files/wandb-metadata.json", "{\"git\":{\"remote\":\"x\",\"commit\":\"" + Commit + "\"}}")]
    [InlineData("tags/mlflow.source.git.commit", Commit)]
    [InlineData("config.yaml", "git_commit: \"" + Commit + "\"\n")]
    public void SoIsTheCommit(string file, string text)
    {
        var beside = Beside((file, text));

        Assert.Equal(Commit, beside.Commit);
        Assert.Empty(beside.Settings);
    }

    [Theory]
    [InlineData("config.json", "{\"lr\":")]
    [InlineData("hparams.yaml", "lr: [1,\n  : : :")]
    [InlineData("hparams.yaml", "")]
    [InlineData("config.json", "[[[[[[1]]]]]]")]
    public void HalfAFileSaysNothing(string file, string text) => Assert.Empty(Beside((file, text)).Settings);

    [Fact]
    public void AComparisonTellsWhatWasSetDifferently()
    {
        var good = Read("good", "lr: 0.1\nseed: 1\noutput_dir: a\nmodel: {dropout: 0.1}\n", Commit);
        var bad = Read("bad", "lr: 1e-4\nseed: 2\noutput_dir: b\nmodel: {dropout: 0.10}\n", Commit.Replace('0', 'f'));

        var comparison = RunComparison.Between([good], bad);

        Assert.Equal(["lr", "commit", "seed"], comparison.Settings.Select(setting => setting.Name).OrderBy(name => name == "lr" ? 0 : 1).ThenBy(name => name, StringComparer.Ordinal));
        Assert.Equal(("lr", Stage.Updates, "0.1", "0.0001"), comparison.Setting is { } setting ? (setting.Name, setting.Stage, setting.Good, setting.Bad) : default);
    }

    [Theory]
    [InlineData("eval_batch_size", Stage.Validation)]
    [InlineData("per_device_train_batch_size", Stage.Data)]
    [InlineData("max_grad_norm", Stage.Gradients)]
    [InlineData("lr_scheduler_type", Stage.Updates)]
    [InlineData("warmup_steps", Stage.Updates)]
    [InlineData("weightDecay", Stage.Updates)]
    [InlineData("label_smoothing", Stage.Loss)]
    [InlineData("layer_norm_eps", Stage.Structure)]
    [InlineData("num_train_epochs", Stage.Data)]
    [InlineData("max_steps", Stage.Length)]
    [InlineData("data_seed", Stage.Other)]
    [InlineData("zeta", Stage.Other)]
    public void NamesTellWhereASettingActs(string name, Stage stage) => Assert.Equal(stage, SettingNames.StageOf(name));

    /// <summary>What lies beside a log comes from anywhere: it costs its settings, not the reading of the log, and never the program.</summary>
    [Fact]
    public void AHostileConfigurationCostsItself()
    {
        string references = "a: &a {x: 1, y: 2, z: 3}\n" + string.Concat("abcdefgh".Zip("bcdefghi", (last, next) => $"{next}: &{next} {{p: *{last}, q: *{last}, r: *{last}, s: *{last}, t: *{last}, u: *{last}, v: *{last}, w: *{last}}}\n"));
        foreach (string text in new[] { "lr: 1\na: " + new string('[', 100_000), "lr: 1\na: " + new string('[', 100_000) + new string(']', 100_000), "lr: 1\n" + references, "lr: 1\n" + new string('#', 300 * 1024), "a: &a [*a]\nlr: 1\n" })
        {
            Assert.Empty(Beside(("config.yaml", text)).Settings);
        }

        Assert.Empty(Beside(("config.yaml", string.Empty), ("params.json", new string('[', 100_000))).Settings);
        Assert.Equal("2", Beside(("args.yaml", "lr: 2\n")).Settings["lr"]);
    }

    /// <summary>A pipe in place of a configuration would be waited for.</summary>
    [Fact]
    public void APipeBesideALogIsPassedOver()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using (var made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(_folder, "hparams.yaml")))
        {
            made.WaitForExit();
        }

        Assert.Equal("2", Beside(("args.yaml", "lr: 2\n")).Settings["lr"]);
    }

    [Theory]
    [InlineData("config.json", "{\"_name_or_path\": \"org/model\", \"torch_dtype\": \"bfloat16\"}", true, null, "bf16", "org/model")]
    [InlineData("adapter_config.json", "{\"peft_type\": \"LORA\", \"base_model_name_or_path\": \"org/model\"}", true, true, null, "org/model")]
    [InlineData("hparams.yaml", "trainer:\n  precision: 16-mixed\nmodel:\n  pretrained: false\n", false, null, "fp16", null)]
    [InlineData("args.yaml", "model: yolo.pt\npretrained: true\n", true, null, null, null)]
    [InlineData("args.yaml", "batch: 16\n", null, null, null, null)]
    public void TheSituationIsToldByTheSameSettings(string file, string text, bool? isPretrained, bool? isAdapter, string? precision, string? model)
    {
        var situation = SituationOfSettings.Of(Beside((file, text)).Settings);

        Assert.Equal((isPretrained, isAdapter, precision, model), (situation?.IsPretrained, situation?.IsAdapter, situation?.Precision, situation?.Model));
    }

    /// <summary>A log that holds a loss and nothing else, with the configuration that tells what is trained.</summary>
    [Theory]
    [InlineData("params.yaml", "prediction_type: v_prediction\n", TrainingTask.Diffusion)]
    [InlineData("config.yaml", "algorithm:\n  adv_estimator: grpo\n", TrainingTask.PolicyOptimization)]
    [InlineData("args.yaml", "rl: dpo\n", TrainingTask.Preference)]
    [InlineData("args.json", "{\"algo\":\"SAC\"}", TrainingTask.Reinforcement)]
    [InlineData("params.json", "{\"booster\":\"gbtree\"}", TrainingTask.Boosting)]
    [InlineData("opt.yaml", "gan_mode: lsgan\n", TrainingTask.Adversarial)]
    [InlineData("config.yaml", "stage: sft\n", null)]
    [InlineData("config.yaml", "algo: sac\nrl: dpo\n", null)]
    public void TheKindOfTrainingIsToldToo(string file, string text, TrainingTask? task)
    {
        Write(file, text);
        Write("run.csv", "step,loss\n" + string.Concat(Enumerable.Range(1, 30).Select(step => FormattableString.Invariant($"{step},{1.0 / step}\n"))));

        Assert.Equal(task, RunTrace.ReadAll(LogOpener.Open(Path.Combine(_folder, "run.csv"))[0])[0].Run.Task);
    }

    [Fact]
    public void TheCommitOfARepositoryIsReadFromItsFiles()
    {
        Write(".git/HEAD", "ref: refs/heads/main\n");
        Assert.Null(GitCommit.Of(_folder));

        Write(".git/packed-refs", $"# pack-refs with: peeled\n{Commit} refs/heads/main\n");
        Directory.CreateDirectory(Path.Combine(_folder, "deep", "er"));
        Assert.Equal(Commit, GitCommit.Of(Path.Combine(_folder, "deep", "er")));

        string newer = Commit.Replace('0', 'a');
        Write(".git/refs/heads/main", newer + "\n");
        Assert.Equal(newer, GitCommit.Of(_folder));

        Write(".git/worktrees/side/HEAD", "ref: refs/heads/main\n");
        Write(".git/worktrees/side/commondir", "../..\n");
        Write("side/.git", $"gitdir: {Path.Combine(_folder, ".git", "worktrees", "side")}\n");
        Assert.Equal(newer, GitCommit.Of(Path.Combine(_folder, "side")));

        Write(".git/HEAD", Commit + "\n");
        Assert.Equal(Commit, GitCommit.Of(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private SettingsBeside Beside(params (string File, string Text)[] files)
    {
        Write("run.csv", "step,loss\n0,1\n");
        foreach (var (file, text) in files)
        {
            Write(file, text);
        }

        return SettingsBeside.Of(Path.Combine(_folder, "run.csv"));
    }

    private RunTrace Read(string name, string settings, string commit)
    {
        bool isGood = name == "good";
        Write($"{name}/hparams.yaml", settings + $"commit: {commit}\n");
        Write($"{name}/metrics.csv", "step,loss,lr\n" + string.Concat(Enumerable.Range(0, 200).Select(step => FormattableString.Invariant($"{step},{2.3 * Math.Exp(isGood ? -step / 40.0 : -step / 9e4) + (0.01 * (step % 3)):R},{(isGood ? 0.1 : 1e-4)}\n"))));
        return RunTrace.ReadAll(LogOpener.Open(Path.Combine(_folder, name, "metrics.csv"))[0])[0];
    }

    private void Write(string file, string text)
    {
        string path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
