using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Names;

/// <summary>The names of the numbers that particular kinds of training are watched by, read from <c>task-metrics.txt</c>.</summary>
internal sealed class TaskVocabulary
{
    private const string Resource = "TrainingDoctor.Names.task-metrics.txt";

    /// <summary>Folders that loggers put in front of a name.</summary>
    private static readonly FrozenSet<string> Folders = Lexicon.Words("tasks", "folders");

    private static readonly TaskFamily[] AllFamilies = Enum.GetValues<TaskFamily>();

    private static readonly FrozenSet<string> Averages = Lexicon.Words("tasks", "averages");

    private readonly Dictionary<(TaskFamily Family, string Name), TaskRole> _names = [];
    private readonly List<(TaskFamily Family, string[] Words, TaskRole Role)> _patterns = [];

    private TaskVocabulary(TextReader text)
    {
        var family = TaskFamily.Rewards;
        while (text.ReadLine() is { } line)
        {
            if (line.StartsWith('['))
            {
                family = Enum.Parse<TaskFamily>(line.Trim('[', ']'), ignoreCase: true);
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                Define(family, line);
            }
        }
    }

    /// <summary>Gets the vocabulary.</summary>
    public static TaskVocabulary Default { get; } = Load();

    /// <summary>Finds what a name means in a kind of training.</summary>
    /// <param name="name">The name, as a framework logs it.</param>
    /// <param name="task">The task; null when it is not known.</param>
    /// <returns>Null when it has no such name.</returns>
    public TaskRole? Find(string name, TrainingTask? task) => Find(name, FamiliesOf(task));

    /// <summary>Finds what a name means in some families of trainings.</summary>
    /// <param name="name">The name, as a framework logs it.</param>
    /// <param name="families">The families; of those that know the name, or as much of its end, the first holds.</param>
    /// <returns>Null when no family has such a name.</returns>
    public TaskRole? Find(string name, params IReadOnlyList<TaskFamily> families)
    {
        var words = Words(name);
        for (int start = 0; start < words.Count; start++)
        {
            string joined = string.Join(' ', words.Skip(start));
            foreach (var family in families)
            {
                if (_names.TryGetValue((family, joined), out var role) || (role = Match(words.GetRange(start, words.Count - start), family)) is not null)
                {
                    return role;
                }
            }

            if (!Folders.Contains(words[start]))
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Tells whether any kind of training calls a number so.</summary>
    /// <param name="name">The name, as a framework logs it.</param>
    public bool IsKnown(string name) => Find(name, AllFamilies) is not null;

    /// <summary>Splits a name into words, without averages, the phase in front: none for training.</summary>
    private static List<string> Words(string name)
    {
        var words = ColumnName.Words(name);
        var phase = ColumnPhase.Unknown;
        var rest = new List<string>(words.Count + 1);
        foreach (string word in words)
        {
            var named = RoleLexicon.PhaseOf(word);
            phase = named is ColumnPhase.Unknown or ColumnPhase.Train ? phase : named;
            if (named == ColumnPhase.Unknown && !Averages.Contains(word))
            {
                rest.Add(word);
            }
        }

        if (phase is ColumnPhase.Validation or ColumnPhase.Test)
        {
            rest.Insert(0, phase == ColumnPhase.Validation ? "val" : "test");
        }

        return rest;
    }

    private TaskRole? Match(List<string> words, TaskFamily family)
    {
        foreach (var (of, pattern, role) in _patterns)
        {
            int star = Array.IndexOf(pattern, "*");
            int behind = pattern.Length - star - 1;
            if (of != family || words.Count < pattern.Length || !words.Take(star).SequenceEqual(pattern.Take(star)) || !words.TakeLast(behind).SequenceEqual(pattern.TakeLast(behind)))
            {
                continue;
            }

            var part = words.GetRange(star, words.Count - star - behind);
            if (!part.Exists(word => RoleLexicon.IsSideRemark(word)))
            {
                return role with { Part = string.Join(' ', part) };
            }
        }

        return null;
    }

    private void Define(TaskFamily family, string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        string[] head = line[..colon].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (!MetricCatalog.TryParse(head[0].Replace('-', '_'), out var metric))
        {
            throw new InvalidDataException($"{Resource}: '{head[0]}' is no metric.");
        }

        var sign = head.Length < 3 ? NumberSign.AsIs : head[2] switch { "-" => NumberSign.Opposite, "~" => NumberSign.OppositeWhereNegative, "2^" => NumberSign.Logarithm, _ => NumberSign.AsIs };
        var role = new TaskRole(metric, int.Parse(head[1], CultureInfo.InvariantCulture), sign, string.Empty);
        foreach (string name in line[(colon + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = name.Split(' ');
            if (words.Contains("*"))
            {
                _patterns.Add((family, words, role));
            }
            else
            {
                string part = string.Join(' ', words.Where(word => word[0] == '(').Select(word => word.Trim('(', ')')));
                _names.TryAdd((family, string.Join(' ', words.Select(word => word.Trim('(', ')')))), role with { Part = part });
            }
        }
    }

    private static TaskVocabulary Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"The resource {Resource} is missing.");
        using var reader = new StreamReader(stream);
        return new TaskVocabulary(reader);
    }

    /// <summary>The families of names to look in for a task, the first that knows a name holds.</summary>
    /// <param name="task">The task; null when it is not known.</param>
    private static IReadOnlyList<TaskFamily> FamiliesOf(TrainingTask? task) => task switch
    {
        TrainingTask.Reinforcement => [TaskFamily.Rewards, TaskFamily.Experts],
        TrainingTask.PolicyOptimization => [TaskFamily.Answers, TaskFamily.Rewards, TaskFamily.Experts],
        TrainingTask.Preference => [TaskFamily.Preferences, TaskFamily.Experts],
        TrainingTask.Adversarial => [TaskFamily.Adversaries],
        TrainingTask.Variational => [TaskFamily.Latents],
        TrainingTask.SelfSupervised => [TaskFamily.Views, TaskFamily.Experts],
        TrainingTask.Boosting => [],
        _ => [TaskFamily.Experts],
    };
}
