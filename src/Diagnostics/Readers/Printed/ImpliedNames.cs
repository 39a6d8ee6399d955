using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Roles;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Names numbers of a record whose own words say too little, by what stands beside them.</summary>
internal static class ImpliedNames
{
    /// <summary>Puts names where they are implied.</summary>
    /// <param name="numbers">The numbers of one record; changed in place.</param>
    /// <param name="roles">What words mean.</param>
    /// <param name="facts">What is known of the log; takes doubts.</param>
    public static void Put(List<LabelledNumber> numbers, TextRoles roles, LogFacts facts)
    {
        LetterNames.Put(numbers, roles, facts);
        NameValue(numbers, roles);
        NameScoreOfEpisode(numbers, roles);
        NameOnlyMeasurement(numbers, facts);
        NameEntropies(numbers);
        NameExponent(numbers, roles, facts);
        NameTotal(numbers, roles);
        NameJoined(numbers, roles);
        NamePerformance(numbers);
    }

    /// <summary><c>Val and Grad Norm: 0.69 (rel: 0.1) 0.05</c>, <c>val loss and acc: 0.69 0.52</c>: two names for two numbers; a phase before the first is that of both.</summary>
    private static void NameJoined(List<LabelledNumber> numbers, TextRoles roles)
    {
        for (int first = 0; first < numbers.Count; first++)
        {
            string[] words = numbers[first].IsAssigned ? numbers[first].Label.Split(' ') : [];
            int joint = words.Length < 3 ? -1 : Array.FindIndex(words, 1, TextRoles.IsConjunction);
            int second = joint < 0 || joint == words.Length - 1 ? -1 : numbers.FindIndex(first + 1, number => number.Label.Length == 0 && number.Aside == NumberAside.None);
            if (second < 0)
            {
                continue;
            }

            string one = string.Join(' ', words[..joint]);
            string other = string.Join(' ', words[(joint + 1)..]);
            if (roles.Of(other) is { Kind: RoleKind.Metric } role)
            {
                other = role.Phase == ColumnPhase.Unknown && ColumnName.Words(words[0]) is [var phase] && RoleLexicon.PhaseOf(phase) != ColumnPhase.Unknown && joint > 1 ? $"{phase} {other}" : other;
                numbers[first] = numbers[first] with { Label = one };
                numbers[second] = numbers[second] with { Label = other, IsAssigned = true, IsBareCounter = false };
            }
        }
    }

    /// <summary>Language models are measured by their entropy on text: <c>TRAIN entropy: 6.3 VALID entropy: 6.2</c>. That of a policy has no phase beside another.</summary>
    private static void NameEntropies(List<LabelledNumber> numbers)
    {
        if (numbers.Count(IsEntropyOfPhase) > 1)
        {
            for (int i = 0; i < numbers.Count; i++)
            {
                numbers[i] = IsEntropyOfPhase(numbers[i]) ? numbers[i] with { Label = numbers[i].Label.Replace("entropy", "cross entropy", StringComparison.OrdinalIgnoreCase) } : numbers[i];
            }
        }
    }

    /// <summary><c>E = 2.31 ppl = 10.1</c>: what a perplexity is the exponential of is the loss, whatever it is called.</summary>
    private static void NameExponent(List<LabelledNumber> numbers, TextRoles roles, LogFacts facts)
    {
        int perplexity = numbers.FindIndex(number => number is { Aside: NumberAside.None, Value: > 1 } && ColumnName.Words(number.Label) is { Count: > 0 } words && words[^1] is "ppl" or "perplexity");
        if (perplexity < 0 || numbers.Exists(number => roles.Of(number.Label) is { Kind: RoleKind.Metric, Metric: Metric.Loss }))
        {
            return;
        }

        double entropy = Math.Log(numbers[perplexity].Value);
        int loss = numbers.FindIndex(number => number is { Aside: NumberAside.None, Total: 0, IsAssigned: true, Label.Length: > 0 } && number.Value != Math.Floor(number.Value) && roles.Of(number.Label).Kind == RoleKind.None && Math.Abs(number.Value - entropy) < 0.01 * entropy);
        if (loss >= 0)
        {
            facts.Doubt(numbers[loss].Label, "the loss: the perplexity beside it is its exponential");
            numbers[loss] = numbers[loss] with { Label = "loss" };
        }
    }

    private static bool IsEntropyOfPhase(LabelledNumber number) => number.Label.EndsWith("entropy", StringComparison.OrdinalIgnoreCase) && ColumnName.Words(number.Label) is [var phase, "entropy"] && RoleLexicon.PhaseOf(phase) != ColumnPhase.Unknown;

    /// <summary>What solvers minimise is the performance, or the value, beside its gradient: <c>Performance 0.23/0, Gradient 3.1/1e-07, Mu 0.001/1e10</c> of MATLAB.</summary>
    private static void NamePerformance(List<LabelledNumber> numbers)
    {
        int performance = numbers.FindIndex(number => number.Label.ToLowerInvariant() is "performance" or "val");
        int gradient = numbers.FindIndex(number => number.Label.ToLowerInvariant() is "gradient" or "grad norm");
        if (performance >= 0 && gradient >= 0)
        {
            numbers[performance] = numbers[performance] with { Label = "loss", Total = 0 };
            numbers[gradient] = numbers[gradient] with { Label = "gradient norm", Total = 0 };
        }
    }

    /// <summary><c>cls 0.5 box 0.3 total 0.8</c>: the total beside parts of a loss, or beside numbers of whatever name that it is the sum of, is the loss.</summary>
    private static void NameTotal(List<LabelledNumber> numbers, TextRoles roles)
    {
        int total = numbers.FindIndex(number => number.Aside == NumberAside.None && number.Total == 0 && number.Label.Length is > 0 and < 12 && ColumnName.Words(number.Label) is [var word] && (RoleLexicon.IsWhole(word) || word == "tot"));
        if (total >= 0 && (numbers.Count(number => number.Aside == NumberAside.None && IsPartOfLoss(number.Label, roles)) > 1 || IsSum(numbers, total, roles)) && !numbers.Exists(number => roles.Of(number.Label) is { Kind: RoleKind.Metric, Metric: Metric.Loss, Rank: > 60 }))
        {
            numbers[total] = numbers[total] with { Label = "total loss", IsAssigned = true };
        }
    }

    private static bool IsSum(List<LabelledNumber> numbers, int total, TextRoles roles)
    {
        var terms = numbers.Where((number, i) => i != total && number is { Aside: NumberAside.None, IsAssigned: true, Total: 0 } && roles.Of(number.Label).Kind == RoleKind.None).ToList();
        return terms.Count > 1 && numbers[total].Value > 0 && Math.Abs(terms.Sum(term => term.Value) - numbers[total].Value) <= 0.01 * numbers[total].Value;
    }

    private static bool IsPartOfLoss(string label, TextRoles roles) => label.Length > 0 && (roles.Of(label) is { Kind: RoleKind.Metric, Metric: Metric.Loss, Rank: <= 60 } || ColumnName.Words(label) is [var word] && RoleLexicon.IsPart(word));

    /// <summary>Optimisers print the value of what they minimise as that: <c>iter  10 value 123.4</c>.</summary>
    private static void NameValue(List<LabelledNumber> numbers, TextRoles roles)
    {
        int value = numbers.FindIndex(number => number.Label is "f" or "value" or "fval" or "objective value" or "function value" or "obj");
        bool isNamed = value >= 0 && numbers[value].Label == "obj";
        if (value >= 0 && !(isNamed && numbers.Exists(number => number.Label != "obj" && RoleLexicon.IsPart(number.Label))) && !numbers.Exists(number => roles.Of(number.Label) is { Kind: RoleKind.Metric } role && (!isNamed || role.Metric == Metric.Loss))
            && numbers.Exists(number => roles.Of(number.Label).Kind == RoleKind.Step || (isNamed && number.IsBareCounter)))
        {
            numbers[value] = numbers[value] with { Label = "loss value" };
        }
    }

    /// <summary>The one number without a name behind a counter and the percentage done is the loss: <c>0m 37s (- 8m 47s) (5000 6%) 2.8537</c>.</summary>
    private static void NameOnlyMeasurement(List<LabelledNumber> numbers, LogFacts facts)
    {
        if (numbers is [{ Label.Length: 0, Total: 0 } counter, { Label.Length: 0, Total: 0, IsPercent: true } share, { Label.Length: 0, Total: 0, IsPercent: false } only] && counter.Value == Math.Floor(counter.Value) && counter.Value > 1
            && share.Value is >= 0 and <= 100 && share.Start - counter.End <= 2 && only.Value != Math.Floor(only.Value))
        {
            numbers[0] = counter with { Label = "step", IsAssigned = true };
            numbers[1] = share with { Label = "progress" };
            numbers[2] = only with { Label = "loss", IsAssigned = true };
            facts.Doubt("loss", "the loss: a number without a name behind a counter");
        }
    }

    /// <summary>What an agent scores in an episode is its reward: <c>episode: 10/1000, score: 25</c>, <c>ep 3 | R -180 | eps 0.9</c>.</summary>
    private static void NameScoreOfEpisode(List<LabelledNumber> numbers, TextRoles roles)
    {
        int score = numbers.FindIndex(number => number.Aside == NumberAside.None && ColumnName.Words(number.Label) is [.., "score"] or [.., "scores"]);
        int letter = numbers.FindIndex(number => number.Aside == NumberAside.None && ColumnName.Words(number.Label) is ["r"] or ["avg" or "mean" or "ep" or "total", "r"]);
        bool countsEpisodes = numbers.Exists(number => LearningTask.IsOfEpisodes(number.Label) && roles.Of(number.Label).Kind == RoleKind.Step);
        bool explores = numbers.Exists(number => number.Label is "eps" or "epsilon" or "Eps" or "Epsilon" or "EPS");
        int reward = countsEpisodes && score >= 0 ? score : countsEpisodes || explores || (letter >= 0 && ColumnName.Words(numbers[letter].Label)[0] == "ep") ? letter : -1;
        if (reward >= 0 && !numbers.Exists(number => roles.Of(number.Label) is { Kind: RoleKind.Metric, Metric: Metric.Reward }))
        {
            numbers[reward] = numbers[reward] with { Label = "episode reward", IsAssigned = true };
        }
    }
}
