namespace TrainingDoctor.Readers;

/// <summary>Names numbers of a record whose own words say too little, by what stands beside them.</summary>
internal static class ImpliedNames
{
    /// <summary>Puts names where they are implied.</summary>
    /// <param name="numbers">The numbers of one record; changed in place.</param>
    /// <param name="roles">What words mean.</param>
    /// <param name="facts">What is known of the log; takes doubts.</param>
    public static void Put(List<LabelledNumber> numbers, TextRoles roles, LogFacts facts)
    {
        NameLetters(numbers, roles, facts);
        NameValue(numbers, roles);
        NameScoreOfEpisode(numbers, roles);
        NameOnlyMeasurement(numbers, facts);
        NameEntropies(numbers);
        NameLettersOfPhases(numbers, facts);
        NameJoined(numbers, roles);
        NamePerformance(numbers);
    }

    /// <summary><c>Val and Grad Norm: 0.69 (rel: 0.1) 0.05</c>: two names for two numbers.</summary>
    private static void NameJoined(List<LabelledNumber> numbers, TextRoles roles)
    {
        int first = numbers.FindIndex(number => number.IsAssigned && number.Label.Contains(" and ", StringComparison.Ordinal) && roles.Of(number.Label).Kind == RoleKind.None);
        int second = first < 0 ? -1 : numbers.FindIndex(first + 1, number => number.Label.Length == 0 && number.Aside == NumberAside.None);
        if (second > 0 && numbers[first].Label.Split(" and ") is [var one, var other] && roles.Of(other).Kind != RoleKind.None)
        {
            numbers[first] = numbers[first] with { Label = one };
            numbers[second] = numbers[second] with { Label = other, IsAssigned = true, IsBareCounter = false };
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

    /// <summary><c>E(train)=2.3 E(valid)=2.2</c>: what formulas write with a letter, once for each phase.</summary>
    private static void NameLettersOfPhases(List<LabelledNumber> numbers, LogFacts facts)
    {
        if (numbers.Select(PhaseOfLetter).Where(phase => phase.Length > 0).Distinct(StringComparer.Ordinal).Count() > 1)
        {
            for (int i = 0; i < numbers.Count; i++)
            {
                if (PhaseOfLetter(numbers[i]) is { Length: > 0 } phase)
                {
                    facts.Doubt($"{phase} loss", $"the loss, which is written as '{numbers[i].Label}'");
                    numbers[i] = numbers[i] with { Label = $"{phase} loss" };
                }
            }
        }
    }

    /// <summary>Gets the word for the phase of a number that is named by a letter and a phase; empty for others.</summary>
    private static string PhaseOfLetter(LabelledNumber number) => number.Label.Length is > 2 and < 14 && number.Total == 0 && ColumnName.Words(number.Label) is ["e" or "l" or "j", var phase] && RoleLexicon.PhaseOf(phase) != ColumnPhase.Unknown ? phase : string.Empty;

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

    /// <summary>Letters stand for what formulas write with them: <c>i = 5/100, loss = 2.3</c>, <c>n=1 L=0.5</c>, <c>g 1.3 d 0.4</c>.</summary>
    private static void NameLetters(List<LabelledNumber> numbers, TextRoles roles, LogFacts facts)
    {
        int generator = numbers.FindIndex(number => IsPlayer(number, "g"));
        int discriminator = numbers.FindIndex(number => IsPlayer(number, "d"));
        if (generator >= 0 && discriminator >= 0)
        {
            numbers[generator] = numbers[generator] with { Label = LossOf(numbers[generator].Label, "g_loss") };
            numbers[discriminator] = numbers[discriminator] with { Label = LossOf(numbers[discriminator].Label, "d_loss") };
        }

        int loss = numbers.FindIndex(number => number is { Label: "L" or "J", IsAssigned: true, Total: 0 });
        bool isMeasured = loss >= 0 || numbers.Exists(number => roles.Of(number.Label).Kind == RoleKind.Metric);
        int counter = numbers.FindIndex(number => number.Label is "i" or "n" or "k" or "t" && number.IsAssigned && number.Value == Math.Floor(number.Value));
        bool isCounted = numbers.Exists(number => roles.Of(number.Label).Kind == RoleKind.Step);
        if (isMeasured && !isCounted && counter >= 0 && (counter == 0 || numbers[counter].Total > 0))
        {
            numbers[counter] = numbers[counter] with { Label = "step" };
            isCounted = true;
        }

        if (loss >= 0 && (isCounted || numbers.Exists(number => number.IsBareCounter || roles.Of(number.Label).Kind == RoleKind.Epoch))
            && !numbers.Exists(number => roles.Of(number.Label) is { Kind: RoleKind.Metric, Metric: Metric.Loss }))
        {
            facts.Doubt(numbers[loss].Label, "the loss, which formulas write with this letter");
            numbers[loss] = numbers[loss] with { Label = "loss" };
        }
    }

    /// <summary><c>g</c>, <c>G</c>, <c>g_trn_l</c>: a player of an adversarial training, with a phase at most.</summary>
    private static bool IsPlayer(LabelledNumber number, string letter) => number.Label.Length is > 0 and < 12 && number.Total == 0 && ColumnName.Words(number.Label) is { Count: > 0 and < 4 } words && words[0] == letter
        && words.Skip(1).All(word => word == "l" || RoleLexicon.PhaseOf(word) != ColumnPhase.Unknown);

    private static string LossOf(string label, string name) =>
        ColumnName.Words(label).Exists(word => RoleLexicon.PhaseOf(word) is ColumnPhase.Validation or ColumnPhase.Test) ? "val_" + name : name;

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

    /// <summary>What an agent scores in an episode is its reward: <c>episode: 10/1000, score: 25</c>.</summary>
    private static void NameScoreOfEpisode(List<LabelledNumber> numbers, TextRoles roles)
    {
        int score = numbers.FindIndex(number => number.Aside == NumberAside.None && ColumnName.Words(number.Label) is [.., "score"] or [.., "scores"]);
        if (score >= 0 && numbers.Exists(number => LearningTask.IsOfEpisodes(number.Label) && roles.Of(number.Label).Kind == RoleKind.Step) && !numbers.Exists(number => roles.Of(number.Label) is { Kind: RoleKind.Metric, Metric: Metric.Reward }))
        {
            numbers[score] = numbers[score] with { Label = "episode reward" };
        }
    }
}
