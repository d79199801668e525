package parley.verify;

/// The run could not be made; the sentence is for whoever started it. No verdict.
public final class VerifyFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String sentence;

    public VerifyFault(String sentence) {
        super(sentence);
        this.sentence = sentence;
    }

    public VerifyFault(String sentence, Throwable cause) {
        super(sentence, cause);
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }
}
