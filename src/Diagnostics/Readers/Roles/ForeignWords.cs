using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;

namespace TrainingDoctor.Readers;

/// <summary>The words of training in the languages whose speakers log in them, put into English; Chinese, Japanese and Korean write them without spaces.</summary>
internal static partial class ForeignWords
{
    /// <summary>The first character beyond alphabets: of the radicals of Chinese and Japanese.</summary>
    private const char FirstIdeograph = '\u2E80';

    /// <summary>Longer words come before those that they contain.</summary>
    private static readonly (string Word, string English)[] Glossary =
    [
        ("学习率", "lr"), ("學習率", "lr"), ("学習率", "lr"), ("학습률", "lr"),
        ("训练", "train"), ("訓練", "train"), ("学習", "train"), ("학습", "train"), ("훈련", "train"),
        ("验证", "val"), ("驗證", "val"), ("検証", "val"), ("검증", "val"),
        ("测试", "test"), ("測試", "test"), ("テスト", "test"), ("테스트", "test"),
        ("损失", "loss"), ("損失", "loss"), ("손실", "loss"),
        ("准确率", "accuracy"), ("準確率", "accuracy"), ("准确度", "accuracy"), ("正确率", "accuracy"), ("正解率", "accuracy"), ("精度", "accuracy"), ("정확도", "accuracy"),
        ("精确率", "precision"), ("召回率", "recall"), ("再現率", "recall"), ("适合率", "precision"), ("適合率", "precision"), ("재현율", "recall"), ("정밀도", "precision"),
        ("困惑度", "perplexity"), ("误差", "error"), ("誤差", "error"), ("奖励", "reward"), ("報酬", "reward"), ("梯度范数", "grad norm"), ("勾配ノルム", "grad norm"),
        ("轮次", "epoch"), ("周期", "epoch"), ("轮", "epoch"), ("エポック", "epoch"), ("에폭", "epoch"), ("에포크", "epoch"),
        ("步数", "step"), ("步", "step"), ("ステップ", "step"), ("스텝", "step"),
        ("平均", "avg"), ("평균", "avg"), ("当前", "current"), ("总", "total"), ("合計", "total"), ("率", "rate"),
    ];

    /// <summary>Words of alphabets, in lower case: French, German, Indonesian, Italian, Portuguese, Russian, Spanish and Turkish.</summary>
    private static readonly FrozenDictionary<string, string> Alphabetic = new (string English, string[] Words)[]
    {
        ("epoch", ["époque", "epoque", "epoche", "época", "epoca", "эпоха", "эпохи", "dönem"]),
        ("loss", ["perte", "pertes", "verlust", "perdita", "perda", "perdas", "pérdida", "perdida", "pérdidas", "потери", "потеря", "лосс", "kayıp", "kayip"]),
        ("train", ["entraînement", "entrainement", "pelatihan", "addestramento", "treino", "treinamento", "обучение", "обучения", "обучении", "entrenamiento", "eğitim", "egitim"]),
        ("val", ["validierung", "validasi", "validazione", "validação", "validacao", "валидация", "валидации", "validación", "validacion", "doğrulama", "dogrulama"]),
        ("test", ["uji", "teste", "тест", "тесте", "prueba"]),
        ("accuracy", ["exactitude", "genauigkeit", "akurasi", "accuratezza", "acurácia", "acuracia", "точность", "exactitud", "doğruluk", "dogruluk"]),
        ("error", ["erreur", "fehler", "errore", "erro", "ошибка", "hata"]),
    }.SelectMany(entry => entry.Words.Select(word => (word, entry.English))).ToFrozenDictionary(pair => pair.word, pair => pair.English);

    /// <summary>Words between those, as in <c>pérdida de validación</c>.</summary>
    private static readonly FrozenSet<string> Joiners = new[] { "de", "du", "des", "d", "la", "le", "en", "sur", "et", "der", "bei", "auf", "di", "da", "do", "na", "no", "на", "и", "по", "при", "pada" }.ToFrozenSet();

    /// <summary>Puts the words of alphabets that are known into English, in place, and leaves out those between them.</summary>
    /// <param name="words">Words in lower case.</param>
    public static void Translate(List<string> words)
    {
        bool isForeign = false;
        for (int i = 0; i < words.Count; i++)
        {
            if (Alphabetic.TryGetValue(words[i], out string? english))
            {
                words[i] = english;
                isForeign = true;
            }
        }

        if (isForeign)
        {
            words.RemoveAll(Joiners.Contains);
        }
    }

    /// <summary>Puts the words of a name that are known into English, with spaces around them.</summary>
    public static string Translate(string name)
    {
        if (!name.AsSpan().ContainsAnyInRange(FirstIdeograph, char.MaxValue))
        {
            return name;
        }

        var text = new StringBuilder(name);
        foreach (var (word, english) in Glossary)
        {
            text.Replace(word, $" {english} ");
        }

        return text.ToString();
    }

    /// <summary>Puts what is counted before its number in a line, as English does: <c>第 3 轮</c> becomes <c>轮 3</c>.</summary>
    public static string PutOrdinalsLast(string line) => line.Contains('第') ? Ordinal().Replace(line, " $2 $1 ") : line;

    [GeneratedRegex(@"第\s*(\d+(?:\s*/\s*\d+)?)\s*[个個]?\s*(轮次?|周期|epoch|エポック|步)", RegexOptions.IgnoreCase)]
    private static partial Regex Ordinal();
}
