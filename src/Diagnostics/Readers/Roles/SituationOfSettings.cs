namespace TrainingDoctor.Readers.Roles;

/// <summary>The situation of a run by the settings beside its log: from what weights it began, what of them it trains, and in which precision. Nothing of them is believed beyond a word or a flag.</summary>
internal static class SituationOfSettings
{
    /// <summary>Describes the situation.</summary>
    /// <param name="settings">The settings beside the log.</param>
    /// <returns>Null where no setting tells.</returns>
    public static RunSituation? Of(IReadOnlyDictionary<string, string> settings)
    {
        // Most logs have no settings beside them.
        if (settings.Count == 0)
        {
            return null;
        }

        // What stands outside of all groups is of the run; the last part of a name means the same wherever it stands.
        var told = settings.Where(setting => setting.Value.Length > 0 && setting.Value != "null").OrderBy(setting => setting.Key.Count(letter => letter == '.'))
            .ToLookup(setting => setting.Key[(setting.Key.LastIndexOf('.') + 1)..], setting => setting.Value);
        string? model = First("_name_or_path") ?? First("model_name_or_path") ?? First("base_model") ?? First("base_model_name_or_path");
        bool isAdapter = First("peft_type") is not null || First("finetuning_type") is "lora" or "qlora" || First("adapter") is "lora" or "qlora";
        string? precision = IsOn("bf16") || First("precision")?.Contains("bf16", StringComparison.Ordinal) == true || First("torch_dtype") == "bfloat16" || First("dtype") == "bfloat16" ? "bf16"
            : IsOn("fp16") || First("precision") is "16" or "16-mixed" or "16-true" || First("torch_dtype") == "float16" || First("dtype") == "float16" ? "fp16"
            : First("precision") is "32" or "32-true" || First("torch_dtype") == "float32" ? "fp32"
            : null;
        bool? isPretrained = isAdapter || model is not null || IsOn("pretrained") ? true : First("pretrained") is not null || First("init_from") == "scratch" ? false : null;
        return isPretrained is null && precision is null ? null : new RunSituation { IsPretrained = isPretrained, IsAdapter = isAdapter ? true : null, Precision = precision, Model = model };

        string? First(string name) => told[name].FirstOrDefault();

        bool IsOn(string name) => First(name)?.ToLowerInvariant() is "true" or "yes" or "on" or "1";
    }
}
